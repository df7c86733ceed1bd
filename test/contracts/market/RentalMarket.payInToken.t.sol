// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {Fundings} from "../../../contracts/leases/libraries/Fundings.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketPayInTokenTest is CardflowFixture {
    uint256 private constant ESCROW = uint256(RATE) * 1 days;

    uint256 private cardId;

    constructor() {
        cardId = _newCard();
        token.transfer(renter, 10_000e18);
        vm.prank(renter);
        token.approve(address(minter), MOST);
    }

    function test_BurnsCardForEscrowAndFees() public {
        IRentalMarket.Bid memory bid = _tokenBid();
        bid.matcherFee = 2e18;
        uint256 tokenIn = _cost(ESCROW + 2e18);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId));
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(
            bid,
            bidSignature,
            asks,
            askSignatures,
            matcher
        );
        vm.assertEq(preview.tokenIn, tokenIn);
        vm.assertEq(preview.feeBps, TOKEN_FEE_BPS);
        _expectStarted(cardId, 1000, START + 1 days, true);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCharged(renter, ESCROW + 2e18, 0, ESCROW + 2e18);
        vm.expectEmit(address(market));
        emit IRentalMarket.BidMatched(renter, bid.salt, matcher, 1, ESCROW, 2e18, tokenIn);
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, askSignatures, "");
        vm.assertEq(token.balanceOf(renter), 10_000e18 - tokenIn);
        vm.assertEq(dollar.balanceOf(address(ledger)), ESCROW + 2e18);
        vm.assertEq(_balance(matcher), 2e18);
        vm.assertEq(_balance(renter), 0);

        _pass(1 days);
        ledger.collect(cardId);
        vm.assertEq(ledger.gatheredFees(), RentModel.rates(RATE, 1000, TOKEN_FEE_BPS).fee * 1 days);
    }

    function test_SurplusOfTheLeastMintIsTheRentersBalance() public {
        uint256 leaseId = _takeInToken(125, 10 minutes);
        uint256 escrow = uint256(ledger.lease(leaseId).rate) * 10 minutes;
        vm.assertLt(escrow, 1e18);
        vm.assertEq(_balance(renter), 1e18 - escrow);
        vm.assertEq(token.balanceOf(renter), 10_000e18 - _cost(1e18));
    }

    function test_PermitOfCardRidesAlong() public {
        IRentalMarket.Bid memory bid = _otherTokenBid();
        bytes memory bidSignature = _signed(bid);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId));
        bytes[] memory askSignatures = _signed(asks);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(minter),
                uint256(0),
                _cost(ESCROW)
            )
        );
        market.matchOrders(bid, bidSignature, asks, askSignatures, "");
        bytes memory funding = _permit(token, otherRenter, address(minter), _cost(ESCROW));
        market.matchOrders(bid, bidSignature, asks, askSignatures, funding);
        vm.assertEq(token.balanceOf(otherRenter), 1_000e18 - _cost(ESCROW));
    }

    /// @dev Whoever reads the permit in the match and sends it first has only set the allowance that the match needs.
    function test_A54_PermitOfCardSentByAnotherFirst() public {
        IRentalMarket.Bid memory bid = _otherTokenBid();
        bytes memory bidSignature = _signed(bid);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId));
        bytes[] memory askSignatures = _signed(asks);
        bytes memory funding = _permit(token, otherRenter, address(minter), _cost(ESCROW));
        ILeaseLedger.Funding memory permit = abi.decode(funding, (ILeaseLedger.Funding));
        (bytes32 r, bytes32 s, uint8 v) = _cut(permit.signature);
        vm.prank(stranger);
        token.permit(otherRenter, address(minter), permit.value, permit.validBefore, v, r, s);
        market.matchOrders(bid, bidSignature, asks, askSignatures, funding);
        vm.assertEq(token.balanceOf(otherRenter), 1_000e18 - _cost(ESCROW));
        vm.assertEq(token.allowance(otherRenter, address(minter)), 0);
    }

    function test_RevertWhen_CardIsFundedByAnAuthorization() public {
        IRentalMarket.Bid memory bid = _tokenBid();
        bytes memory bidSignature = _signed(bid);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId));
        bytes[] memory askSignatures = _signed(asks);
        bytes memory funding = _authorization(renter, 1, "one");
        vm.expectRevert(
            abi.encodeWithSelector(
                Fundings.FundingUnusable.selector,
                ILeaseLedger.FundingKind.Authorization,
                uint256(65)
            )
        );
        market.matchOrders(bid, bidSignature, asks, askSignatures, funding);
    }

    /* B15 */

    function test_B15_RevertWhen_CardCostsMoreThanTheLimit() public {
        IRentalMarket.Bid memory bid = _tokenBid();
        uint256 tokenIn = _cost(ESCROW);
        bid.maxTokenIn = uint128(tokenIn - 1);
        _assertRefused(
            bid,
            IRentalMarket.MatchRefusal.TokenCostTooHigh,
            abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, tokenIn, tokenIn - 1)
        );
        bid.maxTokenIn = uint128(tokenIn);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId));
        IRentalMarket.MatchPreview memory preview = market.previewMatch(
            bid,
            _signed(bid),
            asks,
            _signed(asks),
            matcher
        );
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.None);
        vm.assertEq(_match(bid, asks).length, 1);
    }

    function test_B15_LimitIsPerCardTaken() public {
        uint256 other = _newCard();
        IRentalMarket.Bid memory bid = _tokenBid();
        bid.quantity = 2;
        bid.maxTokenIn = uint128(_cost(2 * ESCROW) / 2 + 1);
        uint256 sliced = _cost(ESCROW);
        // A slice may cost no more than one card's part, here by the wick of a worse price.
        _setPrice(0.79e8);
        _assertRefused(
            bid,
            IRentalMarket.MatchRefusal.TokenCostTooHigh,
            abi.encodeWithSelector(
                IDollarMinter.InputTooLarge.selector,
                (sliced * 80 + 78) / 79,
                uint256(bid.maxTokenIn)
            )
        );
        _setPrice(0.8e8);
        vm.assertEq(_match(bid, _list(_ask(cardId), _ask(other))).length, 2);
    }

    function test_RevertWhen_TakeCostsMoreThanTheLimit() public {
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        IRentalMarket.Take memory take = _take(1000, 1 days);
        (take.payInToken, take.maxTokenIn) = (true, uint128(_cost(ESCROW)) - 1);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, _cost(ESCROW), _cost(ESCROW) - 1));
        vm.prank(renter);
        market.takeAsk(ask, signature, take, "");
    }

    /* REFUSALS OF THE MINTER */

    function test_RevertWhen_MintIsPaused() public {
        minter.pauseMint(START + 1 days);
        _assertRefused(
            _tokenBid(),
            IRentalMarket.MatchRefusal.TokenMintRefused,
            abi.encodeWithSelector(TimedPause.EntryPaused.selector, bytes32("mint"), START + 1 days)
        );
        // Nobody is forced: the same renter pays cfUSD.
        _deposit(renter, ESCROW);
        vm.assertEq(_match(_bid(), _list(_ask(cardId))).length, 1);
    }

    function test_RevertWhen_PricesAreApart() public {
        secondFeed.setAnswer(0.9e18);
        _assertRefused(
            _tokenBid(),
            IRentalMarket.MatchRefusal.TokenMintRefused,
            abi.encodeWithSelector(IDollarMinter.MintHaltedInSkew.selector, uint256(0.8e18), uint256(0.9e18))
        );
    }

    function test_RevertWhen_CardIsShort() public {
        vm.prank(renter);
        token.transfer(stranger, 9_990e18);
        _assertRefused(
            _tokenBid(),
            IRentalMarket.MatchRefusal.FundsTooLow,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                renter,
                uint256(10e18),
                _cost(ESCROW)
            )
        );
    }

    /* B16 */

    function test_B16_IsExtendedByBurning() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        _deposit(renter, 1_000e18);
        uint256 before = token.balanceOf(renter);
        uint256 paid = uint256(RATE) * 10 hours;
        (, ILeaseLedger.PaymentRefusal payment, uint256 previewed, uint256 tokenIn) = ledger.previewExtend(
            leaseId,
            10 hours,
            renter
        );
        vm.assertTrue(payment == ILeaseLedger.PaymentRefusal.None);
        vm.assertEq(previewed, paid);
        vm.assertEq(tokenIn, _cost(paid));
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, _cost(paid), _cost(paid) - 1));
        vm.prank(renter);
        ledger.extendBy(leaseId, 10 hours, tokenIn - 1, "");
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseExtended(leaseId, START + 34 hours, renter, paid, 0, paid);
        vm.prank(renter);
        ledger.extendBy(leaseId, 10 hours, MOST, "");
        vm.assertEq(token.balanceOf(renter), before - tokenIn);
        vm.assertEq(_balance(renter), 1_000e18);
    }

    function test_B16_IsExtendedInCfUsdOnlyWhileTheMintIsHalted() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        _deposit(renter, 1_000e18);
        uint256 before = token.balanceOf(renter);
        minter.pauseMint(START + 1 hours);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
        vm.assertEq(token.balanceOf(renter), before);
        vm.assertEq(_balance(renter), 1_000e18 - uint256(RATE) * 1 hours);
        vm.assertEq(ledger.lease(leaseId).feeBps, TOKEN_FEE_BPS);

        _pass(1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(IDollarMinter.InputTooLarge.selector, _cost(uint256(RATE) * 1 hours), uint256(0))
        );
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");

        secondFeed.setFault(MockAggregator.Fault.Reverts);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
        vm.assertEq(_balance(renter), 1_000e18 - uint256(RATE) * 2 hours);
    }

    /// @dev Refused is not halted: then neither way is open, and the preview says so.
    function test_B16_RevertWhen_MintIsRefusedButNotHalted() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        _deposit(renter, 1_000e18);
        IDollarMinter.Parameters memory p = minter.parameters();
        p.hardCeiling = 1;
        minter.setParameters(p);
        vm.assertFalse(minter.mintHalted());
        (ILeaseLedger.LegRefusal refusal, ILeaseLedger.PaymentRefusal payment, , uint256 tokenIn) = ledger
            .previewExtend(leaseId, 1 hours, renter);
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.None);
        vm.assertTrue(payment == ILeaseLedger.PaymentRefusal.TokenMintRefused);
        vm.assertEq(tokenIn, 0);
        uint256 supply = dollar.totalSupply() + uint256(RATE) * 1 hours;
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.CeilingExceeded.selector, supply, uint256(1e18)));
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, MOST, "");
    }

    function test_A75_StrangersExtensionBurnsTheStrangersCard() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        token.transfer(stranger, 1_000e18);
        uint256 paid = uint256(RATE) * 1 hours;
        uint256 before = token.balanceOf(renter);
        bytes memory funding = _permit(token, stranger, address(minter), 1_000e18);
        vm.prank(stranger);
        ledger.extendBy(leaseId, 1 hours, MOST, funding);
        vm.assertEq(token.balanceOf(stranger), 1_000e18 - _cost(paid));
        vm.assertEq(token.balanceOf(renter), before);
    }

    function test_SurplusOfTheLeastMintIsThePayersBalance() public {
        uint256 leaseId = _takeInToken(125, 1 days);
        uint256 paid = uint256(ledger.lease(leaseId).rate) * 60;
        vm.assertLt(paid, 1e18);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseExtended(leaseId, START + 1 days + 60, renter, paid, 0, 1e18);
        vm.prank(renter);
        ledger.extendBy(leaseId, 60, MOST, "");
        vm.assertEq(_balance(renter), 1e18 - paid);
    }

    function test_RevertWhen_ExtensionInCardIsFundedByAnAuthorization() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        bytes memory funding = _authorization(renter, 1, "one");
        vm.expectRevert(
            abi.encodeWithSelector(
                Fundings.FundingUnusable.selector,
                ILeaseLedger.FundingKind.Authorization,
                uint256(65)
            )
        );
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, MOST, funding);
    }

    /// @dev The minter knows the ledger itself, so an extension burns where no market may any more.
    function test_B16_IsExtendedByBurningWithoutAMarket() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        ledger.setMarket(address(0));
        minter.setMarket(address(0));
        uint256 before = token.balanceOf(renter);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, MOST, "");
        vm.assertEq(token.balanceOf(renter), before - _cost(uint256(RATE) * 1 hours));
    }

    /// @dev Whom the ledger lets take fees can say nothing of what was minted: only cfUSD's own minter can.
    function test_B16_IsExtendedThroughTheMinterOfTheDollar() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        ledger.setMinter(stranger);
        uint256 held = dollar.balanceOf(address(ledger));
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, MOST, "");
        vm.assertEq(dollar.balanceOf(address(ledger)), held + uint256(RATE) * 1 hours);
    }

    /// @dev Nothing can be minted without a minter, so the lease is extended in cfUSD, as in a halt.
    function test_B16_IsExtendedInCfUsdWithoutAMinter() public {
        uint256 leaseId = _takeInToken(1000, 1 days);
        _deposit(renter, 1_000e18);
        dollar.setMinter(address(0));
        uint256 paid = uint256(RATE) * 1 hours;
        (, ILeaseLedger.PaymentRefusal payment, uint256 previewed, uint256 tokenIn) = ledger.previewExtend(
            leaseId,
            1 hours,
            renter
        );
        vm.assertTrue(payment == ILeaseLedger.PaymentRefusal.None);
        vm.assertEq(previewed, paid);
        vm.assertEq(tokenIn, 0);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
        vm.assertEq(_balance(renter), 1_000e18 - paid);
    }

    /// @dev Of a renter who has CARD and has allowed none of it.
    function _otherTokenBid() private returns (IRentalMarket.Bid memory bid) {
        token.transfer(otherRenter, 1_000e18);
        bid = _tokenBid();
        bid.renter = otherRenter;
    }

    function _tokenBid() private returns (IRentalMarket.Bid memory bid) {
        bid = _bid();
        (bid.payInToken, bid.maxTokenIn) = (true, type(uint128).max);
    }

    function _takeInToken(uint16 thousandths, uint32 duration) private returns (uint256) {
        IRentalMarket.Take memory take = _take(thousandths, duration);
        (take.payInToken, take.maxTokenIn) = (true, type(uint128).max);
        return _takeAsk(renter, _ask(cardId), take);
    }

    function _assertRefused(
        IRentalMarket.Bid memory bid,
        IRentalMarket.MatchRefusal refusal,
        bytes memory reason
    ) private {
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId));
        bytes memory bidSignature = _signed(bid);
        bytes[] memory signatures = _signed(asks);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(bid, bidSignature, asks, signatures, matcher);
        vm.assertEq(uint256(preview.refusal), uint256(refusal));
        vm.expectRevert(reason);
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, signatures, "");
        vm.assertEq(ledger.runningLeases(cardId).length, 0);
    }
}
