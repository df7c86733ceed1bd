// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {ExtensionFixture} from "../support/ExtensionFixture.sol";
import {CallingWallet, KeyWallet} from "../support/Wallets.sol";
import {vm} from "../support/Vm.sol";

/// @notice Whoever pays for an extension, whatever it pays with and whatever the dollar is like.
contract ExtensionsPaymentTest is ExtensionFixture {
    /* PRICES */

    /// @dev Where no price can be read a lease in cfUSD is extended as ever, and one in CARD is in cfUSD.
    function test_I21_WithoutAPrice() public {
        uint256[2] memory leases = [_rent(_newCard(), 1000, 2 days), _rentInToken(2 days)];
        uint256 held = token.balanceOf(renter);
        vm.warp(START + 26 hours);
        vm.assertTrue(minter.mintHalted());
        for (uint256 i; i < 2; ++i) {
            leaseId = leases[i];
            _assertPayment(ILeaseLedger.PaymentRefusal.None);
            uint256 before = _balance(renter);
            _extend(1 hours);
            vm.assertEq(_balance(renter), before - HOUR_OF_RENT);
        }
        vm.assertEq(token.balanceOf(renter), held);
    }

    /// @dev Too little gas to read the prices is no halt: nobody gets the cheap fee of CARD and pays cfUSD.
    function test_B16_LittleGasMakesNoHalt() public {
        leaseId = _rentInToken(1 days);
        uint256 before = _balance(renter);
        bytes memory call = abi.encodeCall(ledger.extendBy, (leaseId, 1 hours, MOST, ""));
        uint256 extended;
        for (uint256 gas_ = 20_000; gas_ < 1_500_000; gas_ += gas_ / 8) {
            uint256 held = token.balanceOf(renter);
            vm.prank(renter);
            (bool success, ) = address(ledger).call{gas: gas_}(call);
            if (success) extended += 1;
            vm.assertEq(token.balanceOf(renter), success ? held - _cost(HOUR_OF_RENT) : held);
            vm.assertEq(_balance(renter), before);
        }
        vm.assertGt(extended, 0);
        vm.assertEq(ledger.lease(leaseId).end, START + 1 days + extended * 1 hours);
    }

    function test_B15_RevertWhen_CardCostsMoreThanTheLimit() public {
        leaseId = _rentInToken(1 days);
        uint256 cost = _cost(HOUR_OF_RENT);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, cost, cost - 1));
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, cost - 1, "");
        uint256 held = token.balanceOf(renter);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, cost, "");
        vm.assertEq(token.balanceOf(renter), held - cost);
    }

    /// @dev The leases' bucket first, the open one for the rest.
    function test_A14_ExtensionsUseTheLeasesBucket() public {
        leaseId = _rentInToken(1 days);
        IDollarMinter.Status memory before = minter.status();
        _extendInToken(1 hours);
        IDollarMinter.Status memory now_ = minter.status();
        uint256 capacityMoved = before.leaseMint.capacity - now_.leaseMint.capacity;
        vm.assertEq(before.leaseMint.room - now_.leaseMint.room, HOUR_OF_RENT + capacityMoved);
        vm.assertEq(before.openMint.capacity - before.openMint.room, now_.openMint.capacity - now_.openMint.room);
    }

    /// @dev Both buckets are empty: neither way is open, the preview says so, and time opens it.
    function test_A14_RevertWhen_TheBucketsAreEmpty() public {
        leaseId = _rentInToken(10 days);
        IDollarMinter.Parameters memory p = minter.parameters();
        (p.openMintBps, p.leaseMintBps) = (100, 0); // a part of what was minted for this test
        minter.setParameters(p);
        _assertPayment(ILeaseLedger.PaymentRefusal.TokenMintRefused);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector, HOUR_OF_RENT, uint256(0)));
        _extendInToken(1 hours);
        _pass(2 days);
        _assertPayment(ILeaseLedger.PaymentRefusal.None);
        _extendInToken(1 hours);
    }

    /* FUNDING */

    function test_A54_PermitOfCardSentByAnotherFirst() public {
        leaseId = _rentInToken(1 days);
        token.transfer(otherRenter, 100e18);
        bytes memory funding = _permit(token, otherRenter, address(minter), _cost(HOUR_OF_RENT));
        ILeaseLedger.Funding memory permit = abi.decode(funding, (ILeaseLedger.Funding));
        (bytes32 r, bytes32 s, uint8 v) = _cut(permit.signature);
        token.permit(otherRenter, address(minter), permit.value, permit.validBefore, v, r, s);
        vm.prank(otherRenter);
        ledger.extendBy(leaseId, 1 hours, MOST, funding);
        vm.assertEq(token.balanceOf(otherRenter), 100e18 - _cost(HOUR_OF_RENT));
        vm.assertEq(token.allowance(otherRenter, address(minter)), 0);
    }

    /// @dev A permit of somebody else's, or for somebody else, is worth nothing.
    function test_A55_RevertWhen_ThePermitIsNotThePayersForTheMinter() public {
        leaseId = _rentInToken(1 days);
        token.transfer(otherRenter, 100e18);
        bytes[3] memory fundings = [
            _permit(token, otherRenter, address(ledger), MOST),
            _permit(dollar, otherRenter, address(minter), MOST),
            _permit(token, renter, address(minter), MOST)
        ];
        for (uint256 i; i < fundings.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IERC20Errors.ERC20InsufficientAllowance.selector,
                    address(minter),
                    uint256(0),
                    _cost(HOUR_OF_RENT)
                )
            );
            vm.prank(otherRenter);
            ledger.extendBy(leaseId, 1 hours, MOST, fundings[i]);
        }
    }

    /// @dev While the mint is halted a lease in CARD takes the funding of one in cfUSD.
    function test_B16_FundingWhileTheMintIsHalted() public {
        leaseId = _rentInToken(1 days);
        minter.pauseMint(START + 1 days);
        dollar.transfer(otherRenter, 3 * HOUR_OF_RENT);
        bytes[2] memory fundings = [
            _permit(dollar, otherRenter, address(ledger), HOUR_OF_RENT),
            _authorization(otherRenter, 2 * HOUR_OF_RENT, "one")
        ];
        for (uint256 i; i < fundings.length; ++i) {
            vm.prank(otherRenter);
            ledger.extendBy(leaseId, 1 hours, 0, fundings[i]);
        }
        vm.assertEq(dollar.balanceOf(otherRenter), 0);
        vm.assertEq(_balance(otherRenter), HOUR_OF_RENT);
        vm.assertEq(ledger.lease(leaseId).end, START + 26 hours);
    }

    /* CONTRACT WALLETS */

    function test_ContractWalletPaysByItsSignature() public {
        KeyWallet wallet = new KeyWallet(renter);
        dollar.transfer(address(wallet), 2 * HOUR_OF_RENT);
        bytes memory funding = _authorizationBy(renter, address(wallet), 2 * HOUR_OF_RENT, "one");
        wallet.perform(address(ledger), abi.encodeCall(ledger.extendBy, (leaseId, 1 hours, 0, funding)));
        vm.assertEq(_balance(address(wallet)), HOUR_OF_RENT);
        // It is used up; the balance pays the next one, and then nothing is left.
        wallet.perform(address(ledger), abi.encodeCall(ledger.extendBy, (leaseId, 1 hours, 0, funding)));
        vm.assertEq(_balance(address(wallet)), 0);
        _expectNothingLeft();
        wallet.perform(address(ledger), abi.encodeCall(ledger.extendBy, (leaseId, 1 hours, 0, funding)));
    }

    /// @dev The one moment in which a payer's code is asked: it can call nothing that writes, so its signature counts for nothing.
    function test_A25_A26_AskedWalletCannotReenter() public {
        CallingWallet wallet = new CallingWallet();
        _deposit(address(wallet), 2 * HOUR_OF_RENT);
        dollar.transfer(address(wallet), HOUR_OF_RENT);
        bytes memory funding = _authorizationBy(renter, address(wallet), HOUR_OF_RENT, "one");
        bytes memory call = abi.encodeCall(ledger.extendBy, (leaseId, 1 hours, 0, funding));
        bytes[3] memory reentries = [
            abi.encodeCall(ledger.extendBy, (leaseId, 1 hours, 0, "")),
            abi.encodeCall(ledger.withdraw, (1, address(wallet))),
            abi.encodeCall(ledger.collect, (cardId))
        ];
        for (uint256 i; i < 2; ++i) {
            wallet.prepare(address(ledger), reentries[i]);
            wallet.perform(address(ledger), call);
            vm.assertEq(ledger.lease(leaseId).end, START + 1 days + (i + 1) * 1 hours);
            vm.assertEq(_balance(address(wallet)), (1 - i) * HOUR_OF_RENT);
            vm.assertEq(dollar.balanceOf(address(wallet)), HOUR_OF_RENT);
        }
        wallet.prepare(address(ledger), reentries[2]);
        _expectNothingLeft();
        wallet.perform(address(ledger), call);
    }

    /* ROUNDING */

    /// @dev In CARD the payer never gains by rounding: it burns at least what the rent is worth, and less than 1 wei more.
    function testFuzz_A35_BurnsTheLeastThatGivesTheRent(uint32 added) public {
        leaseId = _rentInToken(1 days);
        added = uint32(1 hours + (uint256(added) % 20 days));
        uint256 paid = uint256(RATE) * added;
        uint256 held = token.balanceOf(renter);
        _extendInToken(added);
        uint256 burned = held - token.balanceOf(renter);
        vm.assertGe(burned * 796, paid * 1000); // 0.8 dollars less 50 bps
        vm.assertLt((burned - 1) * 796, paid * 1000);
    }

    /* INTERNAL */

    /// @dev Nothing of the payer's counts any more, so its allowance is asked for.
    function _expectNothingLeft() private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(ledger),
                uint256(0),
                HOUR_OF_RENT
            )
        );
    }
}
