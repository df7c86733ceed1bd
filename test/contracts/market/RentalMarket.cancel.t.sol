// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketCancelTest is CardflowFixture {
    function test_CancelsTheCallersOrders() public {
        uint256[] memory salts = _salts(0, 31, MOST);
        for (uint256 i; i < 3; ++i) {
            vm.expectEmit(address(market));
            emit IRentalMarket.OrderCancelled(renter, salts[i]);
        }
        vm.prank(renter);
        market.cancelMany(salts);
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(market.orderState(renter, salts[i]), 255);
            vm.assertEq(market.orderState(otherRenter, salts[i]), 0);
        }
        vm.assertEq(market.orderState(renter, 1), 0);
        vm.assertEq(market.orderState(renter, 30), 0);
        vm.assertEq(market.orderState(renter, 32), 0);
    }

    function testFuzz_NeighboursInTheWordStayAsTheyAre(uint256 salt, uint256 other) public {
        vm.assume(salt != other);
        _cancel(salt);
        vm.assertEq(market.orderState(renter, other), 0);
        _cancel(other);
        vm.assertEq(market.orderState(renter, salt), 255);
        vm.assertEq(market.orderState(renter, other), 255);
    }

    function test_CancelsWhatIsLeftOfAFilledBid() public {
        _deposit(renter, 100e18);
        IRentalMarket.Bid memory bid = _bid();
        bid.quantity = 2;
        _match(bid, _list(_ask(_newCard())));
        _cancel(bid.salt);
        vm.assertEq(market.orderState(renter, bid.salt), 255);
    }

    function test_CancelsOneOrder() public {
        vm.expectEmit(address(market));
        emit IRentalMarket.OrderCancelled(renter, MOST);
        _cancel(MOST);
        vm.assertEq(market.orderState(renter, MOST), 255);
        vm.assertEq(market.orderState(otherRenter, MOST), 0);
        vm.assertEq(market.orderState(renter, MOST - 1), 0);
    }

    function test_RevertWhen_CancelledBefore() public {
        _cancel(5);
        _expectCancelled(5);
        vm.prank(renter);
        market.cancel(5);
        _expectCancelled(5);
        vm.prank(renter);
        market.cancelMany(_salts(4, 5, 6));
        _expectCancelled(7);
        vm.prank(renter);
        market.cancelMany(_salts(7, 8, 7));
        vm.assertEq(market.orderState(renter, 4), 0);
        vm.assertEq(market.orderState(renter, 8), 0);
    }

    function test_RevertWhen_NoSaltIsNamed() public {
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.OrderSaltsEmpty.selector));
        market.cancelMany(new uint256[](0));
    }

    function test_BumpJumpsByWhatNobodyKnows() public {
        vm.roll(block.number + 10);
        uint256 expected = 1 + (uint256(blockhash(block.number - 1)) >> 128);
        vm.expectEmit(address(market));
        emit IRentalMarket.CounterBumped(renter, expected);
        vm.prank(renter);
        vm.assertEq(market.bump(), expected);
        vm.assertEq(market.counterOf(renter), expected);
        vm.assertEq(market.counterOf(otherRenter), 0);
        vm.prank(renter);
        vm.assertGt(market.bump(), expected);
    }

    function test_I14_OrdersOfTheNewCounterFill() public {
        _deposit(renter, 100e18);
        vm.prank(renter);
        market.bump();
        vm.prank(operator);
        market.bump();
        vm.assertEq(_match(_bid(), _list(_ask(_newCard()))).length, 1);
    }

    function _cancel(uint256 salt) private {
        vm.prank(renter);
        market.cancel(salt);
    }

    function _expectCancelled(uint256 salt) private {
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.OrderAlreadyCancelled.selector, renter, salt));
    }

    function _salts(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory salts) {
        salts = new uint256[](3);
        (salts[0], salts[1], salts[2]) = (a, b, c);
    }
}
