// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

/// @notice What the minter takes from the ledger, and who names market and minter.
contract LeaseLedgerMinterTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
    }

    function test_FeesGoToTheMinter() public {
        uint256 fees = _earnFees();
        vm.assertEq(ledger.gatheredFees(), fees);
        uint256 before = dollar.balanceOf(address(this));
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.FeesTaken(address(minter), fees);
        (uint256 burned, uint256 paid) = minter.burnFees();
        vm.assertEq(burned + paid, fees);
        vm.assertEq(dollar.balanceOf(address(this)), before + paid);
        vm.assertEq(ledger.gatheredFees(), 0);
    }

    function test_EarnedIsSpentByRedemption() public {
        _earnFees();
        uint256 earned = _earned(operator);
        vm.startPrank(operator);
        ledger.withdraw(earned, operator);
        vm.assertEq(ledger.earnedOf(operator), earned);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.EarningsSpent(operator, 2e18);
        minter.redeemEarned(2e18, 0, operator, type(uint40).max);
        vm.assertEq(ledger.earnedOf(operator), earned - 2e18);
        uint128 above = uint128(earned - 2e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDollarMinter.EarnedTooLow.selector, operator, uint256(above), earned - 2e18)
        );
        minter.redeemEarned(above, 0, operator, type(uint40).max);
        vm.stopPrank();
    }

    function test_RentAndDepositsAreNotEarned() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        vm.assertEq(_earned(renter), 0);
        _pass(1 hours);
        vm.prank(renter);
        ledger.stop(leaseId);
        vm.assertGt(_balance(renter), 0);
        vm.assertEq(_earned(renter), 0);
    }

    function test_RevertWhen_SpentAboveWhatWasEarned() public {
        _earnFees();
        uint256 earned = _earned(operator);
        ledger.setMinter(address(this));
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerEarnedTooLow.selector, operator, earned, earned + 1));
        ledger.spendEarned(operator, earned + 1);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerEarnedTooLow.selector, operator, earned, MOST));
        ledger.spendEarned(operator, MOST);
        ledger.spendEarned(operator, earned);
        vm.assertEq(_earned(operator), 0);
    }

    function test_RevertWhen_CallerIsNotTheMinter() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotMinter.selector, address(this)));
        ledger.takeFees();
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotMinter.selector, address(this)));
        ledger.spendEarned(renter, 0);
    }

    function test_ZeroRevokes() public {
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LedgerMarketSet(address(0));
        ledger.setMarket(address(0));
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LedgerMinterSet(address(0));
        ledger.setMinter(address(0));
        vm.assertEq(ledger.market(), address(0));
        vm.assertEq(ledger.minter(), address(0));
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotMarket.selector, address(market)));
        this.rent();
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotMinter.selector, address(minter)));
        minter.burnFees();
    }

    function rent() external returns (uint256) {
        return _rent(cardId, 1000, 1 days);
    }

    /// @dev A new market takes over the role; leases of the old one go on and are extended as before.
    function test_NewMarketTakesOver() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        address old = address(market);
        market = _newMarket();
        ledger.setMarket(address(market));
        vm.assertTrue(ledger.isRunning(leaseId));
        _deposit(renter, uint256(RATE) * 1 hours);
        vm.prank(renter);
        vm.assertEq(ledger.extendBy(leaseId, 1 hours, 0, ""), START + 25 hours);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotMarket.selector, old));
        vm.prank(old);
        ledger.charge(renter, 1, 0, 1, old, "");
    }

    function test_RevertWhen_CallerMayNotNameMarketOrMinter() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        ledger.setMarket(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        ledger.setMinter(stranger);
    }

    function _earnFees() private returns (uint256 fees) {
        _rent(cardId, 1000, 30 days);
        _pass(30 days);
        ledger.collect(cardId);
        return RentModel.rates(RATE, 1000, FEE_BPS).fee * 30 days;
    }
}
