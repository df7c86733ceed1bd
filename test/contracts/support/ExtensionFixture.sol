// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "./CardflowFixture.sol";
import {vm} from "./Vm.sol";

/// @notice A lease of a day in cfUSD on a whole card, and a renter with money of both kinds to extend it. The test itself may
/// encumber cards and slash bonds.
abstract contract ExtensionFixture is CardflowFixture {
    uint256 internal constant PURSE = 10_000e18;
    uint256 internal constant HOUR_OF_RENT = uint256(RATE) * 1 hours;

    uint256 internal cardId;
    uint256 internal leaseId;

    constructor() {
        cardId = _newCard();
        leaseId = _rent(cardId, 1000, 1 days);
        _deposit(renter, PURSE);
        token.transfer(renter, PURSE);
        vm.prank(renter);
        token.approve(address(minter), MOST);
        registry.setEncumbrancer(address(this), true);
        staking.setSlasher(address(this));
    }

    /* EXTENSIONS */

    function _extend(uint32 added) internal returns (uint40) {
        vm.prank(renter);
        return ledger.extendBy(leaseId, added, 0, "");
    }

    function _extendInToken(uint32 added) internal {
        vm.prank(renter);
        ledger.extendBy(leaseId, added, MOST, "");
    }

    function _rentInToken(uint32 duration) internal returns (uint256) {
        IRentalMarket.Take memory take = _take(1000, duration);
        (take.payInToken, take.maxTokenIn) = (true, type(uint128).max);
        return _takeAsk(renter, _ask(_newCard()), take);
    }

    function _assertPayment(ILeaseLedger.PaymentRefusal expected) internal view {
        (ILeaseLedger.LegRefusal refusal, ILeaseLedger.PaymentRefusal payment, , ) = ledger.previewExtend(
            leaseId,
            1 hours,
            renter
        );
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.None);
        vm.assertEq(uint256(payment), uint256(expected));
    }

    function _assertRefused(uint32 added, ILeaseLedger.LegRefusal refusal) internal {
        (ILeaseLedger.LegRefusal previewed, , , ) = ledger.previewExtend(leaseId, added, renter);
        vm.assertEq(uint256(previewed), uint256(refusal));
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.ExtensionRefused.selector, leaseId, refusal));
        _extend(added);
    }
}
