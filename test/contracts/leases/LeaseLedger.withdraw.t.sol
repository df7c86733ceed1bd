// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {LeaseLedger} from "../../../contracts/leases/LeaseLedger.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {BurningWallet, CallingWallet, KeyWallet, Listener, LongAnswerWallet, YesWallet} from "../support/Wallets.sol";
import {vm} from "../support/Vm.sol";

contract LeaseLedgerWithdrawTest is CardflowFixture {
    constructor() {
        _deposit(renter, 10e18);
    }

    function test_PaysFromTheBalance() public {
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.BalanceWithdrawn(renter, stranger, 4e18);
        vm.expectEmit(address(dollar));
        emit IERC20.Transfer(address(ledger), stranger, 4e18);
        vm.prank(renter);
        ledger.withdraw(4e18, stranger);
        vm.assertEq(_balance(renter), 6e18);
        vm.assertEq(dollar.balanceOf(stranger), 4e18);
    }

    function test_PaysTheWholeBalance() public {
        vm.prank(renter);
        ledger.withdraw(10e18, renter);
        vm.assertEq(_balance(renter), 0);
    }

    function test_A25_A28_TheReceiverIsNotCalled() public {
        Listener receiver = new Listener();
        vm.prank(renter);
        ledger.withdraw(4e18, address(receiver));
        vm.assertEq(receiver.calls(), 0);
        vm.assertEq(dollar.balanceOf(address(receiver)), 4e18);
    }

    function test_RevertWhen_AmountIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerAmountZero.selector));
        vm.prank(renter);
        ledger.withdraw(0, renter);
    }

    function test_RevertWhen_ReceiverIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerAccountZero.selector));
        vm.prank(renter);
        ledger.withdraw(1, address(0));
    }

    function testFuzz_RevertWhen_AboveTheBalance(uint256 amount) public {
        vm.assume(amount > 10e18);
        vm.expectRevert(
            abi.encodeWithSelector(ILeaseLedger.LedgerBalanceTooLow.selector, renter, uint256(10e18), amount)
        );
        vm.prank(renter);
        ledger.withdraw(amount, renter);
    }

    function test_B18_RevertWhen_StrangerEmptiesThePurse() public {
        vm.expectRevert(
            abi.encodeWithSelector(ILeaseLedger.LedgerBalanceTooLow.selector, stranger, uint256(0), uint256(10e18))
        );
        vm.prank(stranger);
        ledger.withdraw(10e18, renter);
    }
}

contract LeaseLedgerWithdrawBySignatureTest is CardflowFixture {
    bytes32 private constant TYPEHASH = keccak256(
        "Withdrawal(address account,uint256 amount,address to,uint256 deadline,uint256 nonce)"
    );
    /// @dev Order of the curve: s and N − s sign the same.
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    constructor() {
        _deposit(renter, 10e18);
    }

    function test_AnyoneMaySubmit() public {
        bytes memory signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.BalanceWithdrawn(renter, stranger, 4e18);
        vm.prank(matcher);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
        vm.assertEq(_balance(renter), 6e18);
        vm.assertEq(dollar.balanceOf(stranger), 4e18);
        vm.assertEq(ledger.nonces(renter), 1);
    }

    function test_A47_RevertWhen_Replayed() public {
        bytes memory signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
    }

    function test_RevertWhen_Expired() public {
        bytes memory signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerSignatureExpired.selector, uint256(START)));
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
    }

    function test_RevertWhen_AnyFieldDiffers() public {
        bytes memory signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 5e18, stranger, START, signature);
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, matcher, START, signature);
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START + 1, signature);
        _expectInvalid(otherRenter);
        ledger.withdrawBySignature(otherRenter, 4e18, stranger, START, signature);
    }

    function test_RevertWhen_BalanceIsShort() public {
        bytes memory signature = _sign(renter, _digest(renter, 11e18, stranger, START, 0));
        vm.expectRevert(
            abi.encodeWithSelector(ILeaseLedger.LedgerBalanceTooLow.selector, renter, uint256(10e18), uint256(11e18))
        );
        ledger.withdrawBySignature(renter, 11e18, stranger, START, signature);
        vm.assertEq(ledger.nonces(renter), 0);
    }

    function test_A45_RevertWhen_SignedForAnotherChain() public {
        bytes memory signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        vm.chainId(999);
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);

        signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
        vm.assertEq(dollar.balanceOf(stranger), 4e18);
    }

    function test_A46_RevertWhen_SignedForAnotherLedger() public {
        LeaseLedger other = new LeaseLedger(address(manager), dollar, registry, staking);
        bytes32 hash = keccak256(abi.encode(TYPEHASH, renter, 4e18, stranger, START, 0));
        bytes memory signature = _sign(renter, _typed(_separator(address(other)), hash));
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
    }

    function test_A43_RevertWhen_SIsHigh() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(renter), _digest(renter, 4e18, stranger, START, 0));
        bytes memory signature = abi.encodePacked(r, N - uint256(s), v == 27 ? uint8(28) : uint8(27));
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
    }

    function test_A43_RevertWhen_VIs0Or1() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(renter), _digest(renter, 4e18, stranger, START, 0));
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, abi.encodePacked(r, s, v - 27));
    }

    function test_A44_RevertWhen_SignatureHas64Bytes() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(renter), _digest(renter, 4e18, stranger, START, 0));
        bytes32 vs = v == 28 ? bytes32(uint256(s) | (1 << 255)) : s;
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 4e18, stranger, START, abi.encodePacked(r, vs));
    }

    function testFuzz_A49_RevertWhen_SignatureIsNoise(bytes memory noise) public {
        _expectInvalid(address(0));
        ledger.withdrawBySignature(address(0), 1, stranger, START, noise);
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 1, stranger, START, noise);
    }

    function test_SmartAccountSignsByErc1271() public {
        KeyWallet wallet = new KeyWallet(renter);
        _deposit(address(wallet), 5e18);
        bytes memory signature = _sign(renter, _digest(address(wallet), 5e18, stranger, START, 0));
        ledger.withdrawBySignature(address(wallet), 5e18, stranger, START, signature);
        vm.assertEq(dollar.balanceOf(stranger), 5e18);
    }

    function test_A52_RevertWhen_SmartAccountRotatedItsKey() public {
        KeyWallet wallet = new KeyWallet(renter);
        _deposit(address(wallet), 5e18);
        bytes memory signature = _sign(renter, _digest(address(wallet), 5e18, stranger, START, 0));
        wallet.rotate(otherRenter);
        _expectInvalid(address(wallet));
        ledger.withdrawBySignature(address(wallet), 5e18, stranger, START, signature);
    }

    function test_A50_AlwaysTrueWalletHarmsOnlyItself() public {
        YesWallet wallet = new YesWallet();
        _deposit(address(wallet), 5e18);
        ledger.withdrawBySignature(address(wallet), 5e18, stranger, START, "");
        vm.assertEq(dollar.balanceOf(stranger), 5e18);
        vm.assertEq(_balance(renter), 10e18);
        _expectInvalid(renter);
        ledger.withdrawBySignature(renter, 5e18, stranger, START, "");
    }

    function test_RevertWhen_WalletBurnsItsGas() public {
        address wallet = address(new BurningWallet());
        _deposit(wallet, 5e18);
        uint256 before = gasleft();
        _expectInvalid(wallet);
        ledger.withdrawBySignature(wallet, 5e18, stranger, START, "");
        vm.assertLt(before - gasleft(), 250_000);
    }

    function test_LongAnswersCostNothing() public {
        // 32 kB of answer fit into the check's gas; only 32 bytes are read.
        address wallet = address(new LongAnswerWallet(32_768));
        _deposit(wallet, 5e18);
        ledger.withdrawBySignature(wallet, 5e18, stranger, START, "");
        vm.assertEq(dollar.balanceOf(stranger), 5e18);

        wallet = address(new LongAnswerWallet(2_000_000));
        _deposit(wallet, 5e18);
        _expectInvalid(wallet);
        ledger.withdrawBySignature(wallet, 5e18, stranger, START, "");

        wallet = address(new LongAnswerWallet(31));
        _deposit(wallet, 5e18);
        _expectInvalid(wallet);
        ledger.withdrawBySignature(wallet, 5e18, stranger, START, "");
    }

    function test_A26_RevertWhen_WalletReenters() public {
        CallingWallet wallet = new CallingWallet();
        _deposit(address(wallet), 5e18);
        wallet.prepare(address(ledger), abi.encodeCall(ledger.withdraw, (5e18, stranger)));
        _expectInvalid(address(wallet));
        ledger.withdrawBySignature(address(wallet), 5e18, stranger, START, "");
        vm.assertEq(_balance(address(wallet)), 5e18);
    }

    function test_DelegatedAccountSignsByItsKeyOrItsCode() public {
        KeyWallet code = new KeyWallet(address(0));
        vm.etch(renter, address(code).code);
        bytes memory signature = _sign(renter, _digest(renter, 4e18, stranger, START, 0));
        ledger.withdrawBySignature(renter, 4e18, stranger, START, signature);
        KeyWallet(renter).rotate(otherRenter);
        signature = _sign(otherRenter, _digest(renter, 1e18, stranger, START, 1));
        ledger.withdrawBySignature(renter, 1e18, stranger, START, signature);
        vm.assertEq(dollar.balanceOf(stranger), 5e18);
    }

    function _expectInvalid(address account) private {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerSignatureInvalid.selector, account));
    }

    function _digest(
        address account,
        uint256 amount,
        address to,
        uint256 deadline,
        uint256 nonce
    ) private view returns (bytes32) {
        bytes32 hash = keccak256(abi.encode(TYPEHASH, account, amount, to, deadline, nonce));
        return _typed(_separator(address(ledger)), hash);
    }

    function _separator(address verifier) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("Cardflow Lease Ledger"),
                    keccak256("1"),
                    block.chainid,
                    verifier
                )
            );
    }
}
