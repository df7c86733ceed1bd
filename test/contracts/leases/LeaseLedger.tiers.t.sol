// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {LeaseLedger} from "../../../contracts/leases/LeaseLedger.sol";
import {RenterStaking} from "../../../contracts/staking/RenterStaking.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice The tier that the ledger keeps beside each balance: who writes it, and that no payment changes it.
contract LeaseLedgerTiersTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
    }

    function test_TheLedgerFollowsTheStake() public {
        vm.assertEq(ledger.tierOf(renter), 0);
        _reach(12_500e18, 2);
        vm.assertEq(ledger.tierOf(renter), 2);
        vm.prank(renter);
        renters.requestUnstake(12_000e18);
        vm.assertEq(renters.tierOf(renter), 0);
        vm.assertEq(ledger.tierOf(renter), 0);
        vm.assertEq(ledger.lease(_rent(cardId, 1000, 1 days)).feeBps, FEE_BPS);
    }

    /// @dev Deposits, rents, refunds, earnings and withdrawals write the same slot.
    function test_NoPaymentChangesATier() public {
        _reach(125_000e18, 3);
        _deposit(renter, 1_000e18);
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        vm.assertEq(ledger.lease(leaseId).feeBps, (FEE_BPS * 85) / 100);
        _pass(2 hours);
        vm.prank(renter);
        ledger.stop(leaseId);
        ledger.collect(cardId);
        uint256 balance = _balance(renter);
        vm.assertGt(balance, 0);
        vm.prank(renter);
        ledger.withdraw(balance, renter);
        vm.assertEq(ledger.tierOf(renter), 3);
        vm.assertEq(_balance(renter), 0);
    }

    function test_ATierChangesNoMoney() public {
        _deposit(renter, 7e18);
        _reach(12_500e18, 2);
        vm.assertEq(_balance(renter), 7e18);
        vm.assertEq(_earned(renter), 0);
    }

    function test_PreviewTakesTheDiscountOff() public {
        _reach(12_500e18, 2);
        IRentalMarket.Ask memory ask = _ask(cardId);
        IRentalMarket.MatchPreview memory preview = market.previewTake(ask, _signed(ask), _take(1000, 1 days), renter);
        vm.assertEq(preview.feeBps, 450);
        vm.assertEq(preview.opened[0].feeBps, 450);
    }

    function test_RevertWhen_CallerIsNotTheRenterStaking() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotRenterStaking.selector, address(this)));
        ledger.setTier(renter, 3);
    }

    function test_TheRenterStakingIsNamedOnce() public {
        vm.assertEq(ledger.renterStaking(), address(renters));
        vm.assertEq(renters.ledger(), address(ledger));
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerRenterStakingAlreadySet.selector, address(renters)));
        ledger.setRenterStaking(address(this));

        LeaseLedger fresh = new LeaseLedger(address(manager), dollar, registry, staking);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerRenterStakingZero.selector));
        fresh.setRenterStaking(address(0));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        fresh.setRenterStaking(stranger);
        vm.expectEmit(address(fresh));
        emit ILeaseLedger.LedgerRenterStakingSet(address(renters));
        fresh.setRenterStaking(address(renters));
    }

    /// @dev Until the ledger names it, a stake can be made and asked back, but no tier be earned.
    function test_BeforeItIsNamed_NothingIsStuck() public {
        LeaseLedger fresh = new LeaseLedger(address(manager), dollar, registry, staking);
        renters = new RenterStaking(token, oracle, fresh);
        _stake(12_500e18);
        _pass(24 hours);
        vm.startPrank(renter);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotRenterStaking.selector, address(renters)));
        renters.refresh(renter);
        renters.requestUnstake(12_500e18);
        vm.stopPrank();
        _pass(14 days);
        vm.prank(renter);
        vm.assertEq(renters.withdraw(renter), 12_500e18);
    }

    /* INTERNAL */

    function _reach(uint256 amount, uint8 tier) private {
        _stake(amount);
        _pass(24 hours);
        vm.prank(renter);
        vm.assertEq(renters.refresh(renter), tier);
    }

    function _stake(uint256 amount) private {
        token.transfer(renter, amount);
        vm.startPrank(renter);
        token.approve(address(renters), amount);
        renters.stake(amount);
        vm.stopPrank();
    }
}
