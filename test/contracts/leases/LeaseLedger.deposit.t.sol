// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {Fundings} from "../../../contracts/leases/libraries/Fundings.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

contract LeaseLedgerDepositTest is CardflowFixture {
    constructor() {
        dollar.transfer(renter, 100e18);
    }

    function test_MovesCfUsdIntoTheBalance() public {
        vm.prank(renter);
        dollar.approve(address(ledger), 7e18);

        vm.expectEmit(address(dollar));
        emit IERC20.Transfer(renter, address(ledger), 7e18);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(otherRenter, 0, ILeaseLedger.Credit.Deposit, 7e18);
        vm.prank(renter);
        ledger.deposit(otherRenter, 7e18, "");

        vm.assertEq(_balance(otherRenter), 7e18);
        vm.assertEq(_balance(renter), 0);
        vm.assertEq(_earned(otherRenter), 0);
        vm.assertEq(dollar.balanceOf(address(ledger)), 7e18);
    }

    function test_TakesAPermit() public {
        bytes memory funding = _permit(dollar, renter, address(ledger), 7e18);
        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
        vm.assertEq(_balance(renter), 7e18);
        vm.assertEq(dollar.allowance(renter, address(ledger)), 0);
    }

    function test_A54_PermitSentByAnotherFirst() public {
        bytes memory funding = _permit(dollar, renter, address(ledger), 7e18);
        ILeaseLedger.Funding memory f = abi.decode(funding, (ILeaseLedger.Funding));
        (bytes32 r, bytes32 s, uint8 v) = _cut(f.signature);
        vm.prank(stranger);
        dollar.permit(renter, address(ledger), 7e18, MOST, v, r, s);

        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
        vm.assertEq(_balance(renter), 7e18);
    }

    function test_A55_RevertWhen_PermitNamesAnotherSpender() public {
        bytes memory funding = _permit(dollar, renter, stranger, 7e18);
        vm.expectRevert(_noAllowance(7e18));
        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
    }

    function test_TakesAnAuthorizationAndKeepsTheSurplusForItsSigner() public {
        bytes memory funding = _authorization(renter, 10e18, "first");
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(renter, 0, ILeaseLedger.Credit.Deposit, 3e18);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(otherRenter, 0, ILeaseLedger.Credit.Deposit, 7e18);
        vm.prank(renter);
        ledger.deposit(otherRenter, 7e18, funding);
        vm.assertEq(_balance(renter), 3e18);
        vm.assertEq(_balance(otherRenter), 7e18);
        vm.assertEq(dollar.balanceOf(address(ledger)), 10e18);
    }

    function test_AnAuthorizationOfTheExactAmountIsAllThatMoves() public {
        bytes memory funding = _authorization(renter, 7e18, "first");
        vm.recordLogs();
        vm.prank(renter);
        ledger.deposit(otherRenter, 7e18, funding);
        // That it was used, its transfer and the credit: no second transfer, no surplus.
        vm.assertEq(vm.getRecordedLogs().length, 3);
        vm.assertEq(_balance(renter), 0);
        vm.assertEq(_balance(otherRenter), 7e18);
    }

    function test_TakesTheRestByAllowance() public {
        bytes memory funding = _authorization(renter, 4e18, "first");
        vm.prank(renter);
        dollar.approve(address(ledger), 3e18);
        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
        vm.assertEq(_balance(renter), 7e18);
        vm.assertEq(dollar.balanceOf(renter), 93e18);
    }

    function test_RevertWhen_AuthorizationIsUsedTwice() public {
        bytes memory funding = _authorization(renter, 7e18, "first");
        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
        vm.expectRevert(_noAllowance(7e18));
        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
        vm.assertEq(_balance(renter), 7e18);
    }

    function test_A47_RevertWhen_StrangerBringsTheAuthorizationOfAnother() public {
        bytes memory funding = _authorization(renter, 7e18, "first");
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(ledger),
                uint256(0),
                uint256(7e18)
            )
        );
        vm.prank(stranger);
        ledger.deposit(stranger, 7e18, funding);
        vm.assertEq(dollar.balanceOf(renter), 100e18);
    }

    function test_A44_RevertWhen_PermitSignatureIsNot65Bytes() public {
        ILeaseLedger.Funding memory funding;
        funding.signature = new bytes(64);
        vm.expectRevert(
            abi.encodeWithSelector(Fundings.FundingUnusable.selector, ILeaseLedger.FundingKind.Permit, uint256(64))
        );
        vm.prank(renter);
        ledger.deposit(renter, 7e18, abi.encode(funding));
    }

    function testFuzz_RevertWhen_FundingIsNoise(bytes memory noise) public {
        vm.assume(noise.length != 0);
        _expectMalformed(noise);
    }

    function test_RevertWhen_FundingIsNotEncodedAsItShould() public {
        bytes memory good = _permit(dollar, renter, address(ledger), 7e18);
        _expectMalformed(_withWord(good, 0, 64)); // where the struct lies
        _expectMalformed(_withWord(good, 1, 2)); // its kind
        _expectMalformed(_withWord(good, 1, MOST));
        _expectMalformed(_withWord(good, 6, 0)); // where the signature lies
        _expectMalformed(_withWord(good, 6, MOST));
        _expectMalformed(_withWord(good, 7, good.length - 255)); // how long it is
        _expectMalformed(_withWord(good, 7, MOST));
        bytes memory short = new bytes(255);
        for (uint256 i; i < short.length; ++i) short[i] = good[i];
        _expectMalformed(short);
        vm.prank(renter);
        ledger.deposit(renter, 7e18, good);
    }

    function _expectMalformed(bytes memory funding) private {
        vm.prank(renter);
        dollar.approve(address(ledger), 7e18);
        vm.expectRevert(abi.encodeWithSelector(Fundings.FundingMalformed.selector, funding.length));
        vm.prank(renter);
        ledger.deposit(renter, 7e18, funding);
        vm.assertEq(dollar.balanceOf(renter), 100e18);
    }

    function _withWord(bytes memory data, uint256 index, uint256 word) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        for (uint256 i; i < 32; ++i) changed[32 * index + i] = bytes32(word)[i];
    }

    function test_RevertWhen_AmountIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerAmountZero.selector));
        vm.prank(renter);
        ledger.deposit(renter, 0, "");
    }

    function test_RevertWhen_AccountIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerAccountZero.selector));
        vm.prank(renter);
        ledger.deposit(address(0), 1, "");
    }

    function test_A31_RevertWhen_AllowanceIsShort() public {
        vm.prank(renter);
        dollar.approve(address(ledger), 7e18 - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(ledger),
                uint256(7e18 - 1),
                uint256(7e18)
            )
        );
        vm.prank(renter);
        ledger.deposit(renter, 7e18, "");
    }

    function test_RevertWhen_AmountIsTheLargest() public {
        vm.prank(renter);
        dollar.approve(address(ledger), MOST);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, renter, uint256(100e18), MOST)
        );
        vm.prank(renter);
        ledger.deposit(renter, MOST, "");
    }

    function _noAllowance(uint256 needed) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(ledger),
                uint256(0),
                needed
            );
    }
}
