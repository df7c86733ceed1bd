// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice Any lease, anything that may have happened since, any payer: what the preview says of an extension is what the rules say,
/// and what happens, to the wei and to the words of the refusal.
contract ExtensionsPreviewTest is CardflowFixture {
    struct Preview {
        ILeaseLedger.LegRefusal refusal;
        ILeaseLedger.PaymentRefusal payment;
        uint256 paid;
        uint256 tokenIn;
    }

    /// @dev What the payer has, and what the ledger holds.
    struct Money {
        uint256 balance;
        uint256 wallet;
        uint256 card;
        uint256 held;
    }

    uint256 private constant ONE = 1e18;

    uint256 private cardId;
    uint256 private leaseId;
    address private payer;
    uint256 private entropy;

    constructor() {
        cardId = _newCard();
        registry.setEncumbrancer(address(this), true);
        staking.setSlasher(address(this));
        token.transfer(renter, 20_000e18);
        address[2] memory payers = [renter, stranger];
        for (uint256 i; i < 2; ++i) {
            vm.startPrank(payers[i]);
            dollar.approve(address(ledger), MOST);
            token.approve(address(minter), MOST);
            vm.stopPrank();
        }
    }

    function testFuzz_PreviewIsTheRulesAndTheExtension(uint256 seed) public {
        entropy = seed;
        _open();
        for (uint256 i = _next(3); i > 0; --i) _disturb(_next(8));
        uint256 end = ledger.lease(leaseId).end;
        _pass(_next(_next(8) == 0 || end <= block.timestamp ? 3 days : end - block.timestamp));
        for (uint256 i = _next(3); i > 0; --i) _disturbMoney(_next(8));
        payer = _next(2) == 0 ? renter : stranger;
        uint32 added = _added();
        if (!ledger.isRunning(leaseId) || added < 60) return _assertReverts(added);
        _fillPurse(uint256(ledger.lease(leaseId).rate) * added);

        Preview memory preview;
        (preview.refusal, preview.payment, preview.paid, preview.tokenIn) = ledger.previewExtend(leaseId, added, payer);
        vm.assertEq(uint256(preview.refusal), uint256(_refusal(added)), "refusal");
        vm.assertEq(preview.paid, uint256(ledger.lease(leaseId).rate) * added);
        _assertPayment(preview);
        _assertExtension(preview, added);
    }

    /* WHAT THERE IS */

    /// @dev A lease of `renter`, perhaps beside another of the same node.
    function _open() private {
        IRentalMarket.Ask memory ask = _ask(cardId);
        ask.maxDuration = uint32(3600 * (72 + _next(1_000)));
        uint16 thousandths = _next(2) == 0 ? 1000 : uint16(1 + _next(900));
        IRentalMarket.Take memory take = _take(thousandths, uint32(1 hours + _next(3 days - 1 hours)));
        (take.payInToken, take.maxTokenIn) = (_next(2) == 0, type(uint128).max);
        _deposit(renter, uint256(RATE) * take.duration);
        leaseId = _takeAsk(renter, ask, take);
        if (thousandths > 500 || _next(2) == 0) return;
        _deposit(otherRenter, uint256(RATE) * 10 days);
        _takeAsk(otherRenter, ask, _take(uint16(1 + _next(500)), uint32(1 hours + _next(3 days - 1 hours))));
    }

    function _added() private returns (uint32) {
        uint256 kind = _next(8);
        if (kind == 0) return uint32(_next(120));
        ILeaseLedger.Lease memory lease = ledger.lease(leaseId);
        uint256 room = lease.start + lease.maxDuration - lease.end;
        if (kind < 3) return uint32(room + _next(2));
        uint256 termEnd = registry.limits(cardId).termEnd;
        if (kind < 5 && termEnd > lease.end) return uint32(termEnd - lease.end + _next(2));
        return uint32(60 + _next(10 days));
    }

    /// @dev Around what is needed of each, so that one more wei decides now and then.
    function _fillPurse(uint256 paid) private {
        (, uint256 cost) = minter.quoteLeaseMint(_toMint(paid));
        Money memory money = _money();
        vm.startPrank(payer);
        token.transfer(address(this), money.card);
        if (money.balance != 0) ledger.withdraw(money.balance, address(this));
        vm.stopPrank();
        token.transfer(payer, _about(cost));
        uint256 part = _next(paid + 1);
        uint256 balance = _about(part);
        if (balance != 0) _deposit(payer, balance);
        dollar.transfer(payer, _about(paid - part));
    }

    function _about(uint256 amount) private returns (uint256) {
        uint256 kind = _next(6);
        if (kind == 0) return amount == 0 ? 0 : amount - 1;
        if (kind == 1) return _next(amount + 1);
        return kind == 2 ? 2 * amount + ONE : amount;
    }

    /* WHAT HAPPENS */

    /// @dev To the card and who runs it.
    function _disturb(uint256 kind) private {
        uint256 active = staking.bondOf(cardId, operator).active;
        if (kind == 0 && active != 0) {
            uint256 amount = 1 + _next(active);
            if (active > 1_390e18 && _next(2) == 0) amount = 1_290e18 + _next(100e18); // around what must stay
            vm.prank(operator);
            staking.requestUnstake(cardId, amount);
        } else if (kind == 1 && active != 0) {
            staking.slash(cardId, operator, 1 + _next(active), address(0), 0, address(0));
        } else if (kind == 2) {
            vm.prank(registry.ownerOf(cardId));
            registry.setOperator(cardId, otherOperator, HOST, uint64(_next(2 * RATE)), uint16(_next(200)));
        } else if (kind == 3 && registry.encumbrance(cardId).holder == address(0)) {
            uint40 saleEnd = uint40(block.timestamp + _next(1 days));
            uint40 termEnd = saleEnd + 1 + uint40(_next(20 days));
            registry.encumber(cardId, address(this), uint64(_next(2 * RATE)), uint16(_next(10_001)), saleEnd, termEnd);
        } else if (kind == 4) {
            address from = registry.ownerOf(cardId);
            vm.prank(from);
            registry.transferFrom(from, from == owner ? stranger : owner, cardId);
        } else if (kind == 5) {
            registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, uint96(1 + _next(2_000e18)));
        } else if (kind == 6 && ledger.isRunning(leaseId)) {
            vm.prank(renter);
            ledger.stop(leaseId);
        } else if (kind == 7) {
            _setPrice(0.4e8 + _next(0.5e8));
            _pass(1 + _next(6 hours));
            staking.refreshPrice();
        }
    }

    /// @dev To the dollar.
    function _disturbMoney(uint256 kind) private {
        IDollarMinter.Parameters memory p = minter.parameters();
        if (kind == 0) {
            if (minter.status().mintPausedUntil == 0) minter.pauseMint(uint40(block.timestamp) + 1 days);
        } else if (kind == 1) {
            p.hardCeiling = uint32(dollar.totalSupply() / ONE + 1 + _next(10));
            minter.setParameters(p);
        } else if (kind == 2) {
            (p.openMintBps, p.leaseMintBps) = (100, 0);
            minter.setParameters(p);
        } else if (kind == 3) {
            secondFeed.setAnswer(0.9e18);
        } else if (kind == 4) {
            primaryFeed.setFault(MockAggregator.Fault.Reverts);
        } else if (kind == 5) {
            _print(address(1), _next(30_000_000e18));
        } else if (kind == 6) {
            dollar.setMinter(address(0));
        } else {
            ledger.setMarket(address(0));
        }
    }

    /* WHAT IS RIGHT */

    /// @dev What speaks against it, in the order and words of the protocol page.
    function _refusal(uint256 added) private view returns (ILeaseLedger.LegRefusal) {
        ILeaseLedger.Lease memory lease = ledger.lease(leaseId);
        ICardRegistry.LeaseTerms memory terms = registry.leasingTerms(cardId);
        uint256 end = lease.end + added;
        if (end > uint256(lease.start) + lease.maxDuration) return ILeaseLedger.LegRefusal.DurationAboveAsk;
        if (lease.rate < (uint256(terms.floorRate) * lease.thousandths) / 1000) {
            return ILeaseLedger.LegRefusal.RateBelowFloor;
        }
        if (terms.longestLease != 0 && end > uint256(lease.start) + terms.longestLease) {
            return ILeaseLedger.LegRefusal.DurationAboveOwnerLimit;
        }
        if (terms.termEnd != 0 && !terms.termOver && end > terms.termEnd) return ILeaseLedger.LegRefusal.TermEndPassed;

        uint256 bond = (uint256(staking.bondOf(cardId, lease.operator).active) * staking.price()) / ONE;
        if (bond < terms.minimumBond) return ILeaseLedger.LegRefusal.BondBelowMinimum;
        uint256[] memory running = ledger.runningLeases(cardId);
        uint256 required = terms.minimumBond;
        for (uint256 i; i < running.length; ++i) {
            ILeaseLedger.Lease memory beside = ledger.lease(running[i]);
            if (beside.operator == lease.operator) required += uint256(beside.rate) * 24 hours;
        }
        return bond < required ? ILeaseLedger.LegRefusal.BondTooSmall : ILeaseLedger.LegRefusal.None;
    }

    function _assertPayment(Preview memory preview) private view {
        Money memory money = _money();
        ILeaseLedger.PaymentRefusal expected;
        if (_burns()) {
            (IDollarMinter.MintRefusal refused, uint256 cost) = minter.quoteLeaseMint(_toMint(preview.paid));
            vm.assertEq(preview.tokenIn, cost);
            if (refused != IDollarMinter.MintRefusal.None) expected = ILeaseLedger.PaymentRefusal.TokenMintRefused;
            else if (money.card < cost) expected = ILeaseLedger.PaymentRefusal.FundsTooLow;
        } else {
            vm.assertEq(preview.tokenIn, 0);
            if (money.balance + money.wallet < preview.paid) expected = ILeaseLedger.PaymentRefusal.FundsTooLow;
        }
        vm.assertEq(uint256(preview.payment), uint256(expected), "payment");
    }

    function _assertReverts(uint32 added) private {
        bytes memory reason =
            added < 60
                ? abi.encodeWithSelector(ILeaseLedger.ExtensionTooShort.selector, added, uint32(60))
                : abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, leaseId);
        vm.expectRevert(reason);
        ledger.previewExtend(leaseId, added, payer);
        vm.expectRevert(reason);
        vm.prank(payer);
        ledger.extendBy(leaseId, added, MOST, "");
    }

    function _assertExtension(Preview memory preview, uint32 added) private {
        Money memory before = _money();
        uint40 end = ledger.lease(leaseId).end;
        bool open = preview.refusal == ILeaseLedger.LegRefusal.None;
        open = open && preview.payment == ILeaseLedger.PaymentRefusal.None;
        bytes memory reason = _reason(preview, before);
        if (open && preview.tokenIn != 0) {
            vm.expectRevert(
                abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, preview.tokenIn, preview.tokenIn - 1)
            );
            vm.prank(payer);
            ledger.extendBy(leaseId, added, preview.tokenIn - 1, "");
        }
        vm.prank(payer);
        (bool success, bytes memory answer) = address(ledger).call(
            abi.encodeCall(ledger.extendBy, (leaseId, added, preview.tokenIn, ""))
        );
        vm.assertEq(success, open);
        if (success) {
            vm.assertEq(abi.decode(answer, (uint40)), end + added);
            vm.assertEq(ledger.lease(leaseId).end, end + added);
            _assertPaid(preview, before);
        } else {
            // Of a mint that is refused the error's name tells why, and the figures are the minter's.
            bool whole = preview.refusal != ILeaseLedger.LegRefusal.None;
            whole = whole || preview.payment == ILeaseLedger.PaymentRefusal.FundsTooLow;
            if (whole) vm.assertEq(answer, reason);
            else vm.assertTrue(bytes4(answer) == bytes4(reason), "another refusal of the minter");
        }
    }

    /// @dev Of what reverts; in CARD at the limit that the preview gave.
    function _reason(Preview memory preview, Money memory money) private view returns (bytes memory) {
        if (preview.refusal != ILeaseLedger.LegRefusal.None) {
            return abi.encodeWithSelector(ILeaseLedger.ExtensionRefused.selector, leaseId, preview.refusal);
        }
        if (preview.payment == ILeaseLedger.PaymentRefusal.FundsTooLow) {
            bool burns = preview.tokenIn != 0;
            return
                abi.encodeWithSelector(
                    IERC20Errors.ERC20InsufficientBalance.selector,
                    payer,
                    burns ? money.card : money.wallet,
                    burns ? preview.tokenIn : preview.paid - money.balance
                );
        }
        if (preview.payment != ILeaseLedger.PaymentRefusal.TokenMintRefused) return "";
        (IDollarMinter.MintRefusal refused, ) = minter.quoteLeaseMint(_toMint(preview.paid));
        if (refused == IDollarMinter.MintRefusal.AboveCeiling) {
            return abi.encodeWithSelector(IDollarMinter.CeilingExceeded.selector);
        }
        if (refused == IDollarMinter.MintRefusal.BelowGate) {
            return abi.encodeWithSelector(IDollarMinter.GateBroken.selector);
        }
        vm.assertTrue(refused == IDollarMinter.MintRefusal.BucketEmpty, "what halts the mint is no refusal");
        return abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector);
    }

    /// @dev The lease's rent came from CARD alone, or from the balance and then the wallet.
    function _assertPaid(Preview memory preview, Money memory before) private view {
        Money memory now_ = _money();
        uint256 paid = preview.paid;
        vm.assertEq(before.card - now_.card, preview.tokenIn, "CARD");
        if (preview.tokenIn != 0) {
            uint256 surplus = _toMint(paid) - paid;
            vm.assertEq(now_.balance, before.balance + surplus, "balance after a burn");
            vm.assertEq(now_.wallet, before.wallet);
            vm.assertEq(now_.held, before.held + paid + surplus, "minted");
        } else {
            uint256 fromBalance = paid < before.balance ? paid : before.balance;
            vm.assertEq(now_.balance, before.balance - fromBalance, "balance");
            vm.assertEq(before.wallet - now_.wallet, paid - fromBalance, "wallet");
            vm.assertEq(now_.held, before.held + paid - fromBalance, "held");
        }
    }

    /* HELPERS */

    /// @dev Whether CARD is burned now: the mint is neither paused nor halted by its state, and there is a minter.
    function _burns() private view returns (bool) {
        if (!ledger.lease(leaseId).paidInToken || dollar.minter() == address(0)) return false;
        IDollarMinter.Status memory status = minter.status();
        return block.timestamp >= status.mintPausedUntil && uint256(status.state) <= 1; // Green or Yellow
    }

    function _toMint(uint256 paid) private pure returns (uint128) {
        return uint128(paid < ONE ? ONE : paid);
    }

    function _money() private view returns (Money memory) {
        return
            Money({
                balance: _balance(payer),
                wallet: dollar.balanceOf(payer),
                card: token.balanceOf(payer),
                held: dollar.balanceOf(address(ledger))
            });
    }

    function _next(uint256 below) private returns (uint256) {
        entropy = uint256(keccak256(abi.encode(entropy)));
        return entropy % below;
    }
}
