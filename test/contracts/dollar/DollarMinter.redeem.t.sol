// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {DollarMinter} from "../../../contracts/dollar/DollarMinter.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_redeem_Test is DollarFixture {
    uint128 private constant SUPPLY = 1_000_000e18;

    function setUp() public {
        _deployDollar();
        _giveDollars(ALICE, SUPPLY);
    }

    function _redeem(uint128 dollarIn) private returns (uint128) {
        vm.prank(ALICE);
        return minter.redeem(dollarIn, 0, ALICE, NEVER);
    }

    function _expectRedeemRevert(uint128 dollarIn, bytes memory reason) private {
        vm.prank(ALICE);
        vm.expectRevert(reason);
        minter.redeem(dollarIn, 0, ALICE, NEVER);
    }

    function _credit() private view returns (uint256) {
        return minter.credit();
    }

    function test_BurnsDollarsAndMintsCard() public {
        uint256 before = _credit();
        uint256 tokens = token.totalSupply();
        // Fee 50 bps, and the base rate that 1000 of a million dollars raise: 1000 / 2 million = 5 bps.
        vm.expectEmit(address(minter));
        emit IDollarMinter.DollarsRedeemed(
            ALICE,
            BOB,
            IDollarMinter.Lane.Open,
            1000e18,
            994.5e18,
            0.0055e18,
            before - 994.5e18
        );
        vm.prank(ALICE);
        vm.assertEq(minter.redeem(1000e18, 994.5e18, BOB, START), 994.5e18);
        vm.assertEq(token.balanceOf(BOB), 994.5e18);
        vm.assertEq(token.totalSupply(), tokens + 994.5e18);
        vm.assertEq(dollar.totalSupply(), SUPPLY - 1000e18);
        vm.assertEq(_credit(), before - 994.5e18);
    }

    function test_A09_RedeemTakesTheHigherPrice() public {
        _setPrices(1e18, 1.04e18);
        // 1000 * (1 - 0.0055) / 1.04, rounded down
        vm.assertEq(_redeem(1000e18), 956_250_000_000_000_000_000);
    }

    function test_A10_RevertWhen_TenfoldLowPriceAsksForMoreThanTheLane() public {
        _setPrice(0.1e18);
        uint256 room = minter.status().openLane.room;
        vm.assertEq(room, token.totalSupply() / 50); // 2 % of supply
        // 1.3 million dollars' worth of CARD at the false price would be above 12 million.
        _giveDollarsAtOne();
        uint256 rate = (uint256(1_300_000e18) * 1e18) / (2 * dollar.totalSupply());
        rate = rate < 0.045e18 ? rate : 0.045e18;
        uint256 par = (1_300_000e18 * (0.995e18 - rate)) / 0.1e18;
        _expectRedeemRevert(
            1_300_000e18,
            abi.encodeWithSelector(
                IDollarMinter.LaneEmpty.selector,
                IDollarMinter.Lane.Open,
                par,
                minter.status().openLane.room
            )
        );
    }

    function _giveDollarsAtOne() private {
        _setPrice(1e18);
        _giveDollars(ALICE, 400_000e18);
        _setPrice(0.1e18);
    }

    function test_A10_ProRataCapsThePayoutWhereTheCreditIsShort() public {
        // At a hundredth of a dollar, par would be far above the share of the credit.
        _setPrice(0.01e18);
        uint256 pro = (uint256(10_000e18) * _credit()) / SUPPLY;
        vm.assertEq(_redeem(10_000e18), pro);
    }

    /// @dev Everybody leaves in slices at a price at which the credit is short. R / C never falls, and the last gets no less than
    /// the first per dollar.
    function test_A13_RunPaysTheLastNoLessThanTheFirst() public {
        vm.warp(block.timestamp + 1);
        _setPrice(0.02e18);
        uint256 first;
        uint256 last;
        for (uint256 i = 0; i < 20; ++i) {
            (uint256 r, uint256 c) = (_credit(), dollar.totalSupply());
            last = _redeem(SUPPLY / 20);
            if (i == 0) first = last;
            vm.assertGe(_credit() * c, r * dollar.totalSupply());
            vm.assertGe(last + 1, first);
            _pass(1 days);
        }
        vm.assertEq(dollar.totalSupply(), 0);
    }

    function test_A14_BaseRateRisesWithWhatLeavesAndHalvesIn12Hours() public {
        _redeem(40_000e18); // 2 % of a million
        vm.assertEq(minter.status().baseRate, 0.02e18);
        _pass(12 hours);
        uint256 half = minter.status().baseRate;
        vm.assertLe(half, 0.01e18);
        vm.assertGt(half, 0.01e18 - 1e9);
        _pass(12 hours);
        vm.assertLe(minter.status().baseRate, 0.005e18);
        vm.assertGt(minter.status().baseRate, 0.005e18 - 1e9);
        // The call that raises it pays it: fee 0.5 %, decayed rate, and 100 000 / 2 * 960 000 = 5.2 %, held at 5 %.
        uint256 out = _redeem(100_000e18);
        vm.assertEq(out, 95_000e18);
        vm.assertEq(minter.status().baseRate, 0.045e18);
    }

    function test_BaseRateKeepsOddSeconds() public {
        _redeem(40_000e18);
        _pass(59);
        vm.assertEq(minter.status().baseRate, 0.02e18);
        _redeem(1e18); // adds 1 / 2 * 960 000
        uint256 rate = 0.02e18 + uint256(1e36) / (2 * 960_000e18);
        vm.assertEq(minter.status().baseRate, rate);
        _pass(1);
        // One whole minute since the first redemption.
        vm.assertEq(minter.status().baseRate, (rate * 999_037_758_833_783_388_471_717_720) / 1e27);
    }

    /// @dev Independent: halving per 12 h. The decayed rate squared over 24 h is within rounding of a quarter of the first.
    function testFuzz_BaseRateNeverRisesByTime(uint32 a, uint32 b) public {
        _redeem(90_000e18);
        uint256 rate = minter.status().baseRate;
        _pass(a % 10 days);
        uint256 later = minter.status().baseRate;
        vm.assertLe(later, rate);
        _pass(b % 10 days);
        vm.assertLe(minter.status().baseRate, later);
        uint256 halvings = (block.timestamp - START) / 12 hours;
        vm.assertLe(minter.status().baseRate, rate >> halvings);
    }

    function test_A14_EarnersLaneStaysOpenWhenTheOpenOneIsEmpty() public {
        _setPrice(0.01e18);
        // The lane is 2 % of 570 million; each of these takes the whole room.
        while (minter.status().openLane.room > 1_000_000e18) _redeem(20_000e18);
        ledger.earn(ALICE, 1000e18);
        vm.prank(ALICE);
        vm.assertGt(minter.redeemEarned(1000e18, 0, ALICE, NEVER), 0);
    }

    function test_A16_FlashRoundTripLoses() public {
        _giveToken(BOB, 400_000e18);
        vm.startPrank(BOB);
        uint128 out = minter.mint(400_000e18, 0, BOB, NEVER);
        uint256 back = minter.redeem(out, 0, BOB, NEVER);
        vm.stopPrank();
        // Two fees of 50 bps and the base rate.
        vm.assertLt(back, 396_010e18);
        vm.assertEq(token.balanceOf(BOB), back);
    }

    function test_A17_RevertWhen_DustRedeem() public {
        _expectRedeemRevert(
            1e18 - 1,
            abi.encodeWithSelector(IDollarMinter.RedeemBelowMinimum.selector, 1e18 - 1, 1e18)
        );
        _expectRedeemRevert(0, abi.encodeWithSelector(IDollarMinter.RedeemBelowMinimum.selector, 0, 1e18));
    }

    function test_RevertWhen_MoreThanExists() public {
        _expectRedeemRevert(
            type(uint128).max,
            abi.encodeWithSelector(IDollarMinter.RedeemAboveSupply.selector, type(uint128).max, SUPPLY)
        );
    }

    /// @dev No run gets here, since who redeems takes no more than its part; a system without a seed does.
    function test_RevertWhen_NoCreditIsLeft() public {
        ComputeToken unseeded = new ComputeToken(address(manager), TREASURY, 0);
        minter = new DollarMinter(address(manager), unseeded, dollar, oracle, TREASURY, _defaultParameters());
        vm.assertEq(minter.credit(), 0);
        _expectRedeemRevert(1e18, abi.encodeWithSelector(IDollarMinter.RedeemOutputZero.selector, 1e18, 0));
        (IDollarMinter.RedeemRefusal refusal, uint256 out) = minter.quoteRedeem(1e18, IDollarMinter.Lane.Open, ALICE);
        vm.assertTrue(refusal == IDollarMinter.RedeemRefusal.NothingOut);
        vm.assertEq(out, 0);
    }

    function test_RevertWhen_CallerHasNoDollars() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, STRANGER, 0, 1e18));
        minter.redeem(1e18, 0, STRANGER, NEVER);
    }

    function test_RevertWhen_TooLateOrTooLittleOrToZero() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.DeadlinePassed.selector, START - 1, START));
        minter.redeem(1000e18, 0, ALICE, START - 1);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.OutputTooSmall.selector, 994.5e18, 994.5e18 + 1));
        minter.redeem(1000e18, 994.5e18 + 1, ALICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        minter.redeem(1000e18, 0, address(0), NEVER);
        vm.stopPrank();
    }

    function test_RevertWhen_Paused() public {
        minter.pauseRedeem(START + 72 hours);
        bytes memory reason = abi.encodeWithSignature(
            "EntryPaused(bytes32,uint40)",
            bytes32("redeem"),
            START + 72 hours
        );
        _expectRedeemRevert(1000e18, reason);
        ledger.earn(ALICE, 1000e18);
        vm.prank(ALICE);
        vm.expectRevert(reason);
        minter.redeemEarned(1000e18, 0, ALICE, NEVER);
        vm.assertTrue(minter.status().redeemPaused);
        vm.warp(START + 72 hours);
        _refresh();
        vm.assertEq(_redeem(1000e18), 994.5e18);
    }

    function test_StaysOpenInSkewRedAndOrange() public {
        _setPrices(1.2e18, 1e18);
        vm.assertEq(uint256(minter.status().state), uint256(IDollarMinter.State.Skew));
        vm.assertEq(_redeem(1200e18), (1200e18 * (0.995e18 - 0.0006e18)) / 1.2e18);
        _setPrice(0.01e18);
        vm.assertEq(uint256(minter.status().state), uint256(IDollarMinter.State.Red));
        _redeem(1000e18);
    }

    /// @dev min(par, pro) from the words of the protocol, as inequalities.
    function testFuzz_OutputIsTheSmallerOfParAndProRata(uint128 dollarIn, uint64 price) public {
        uint256 amount = 1e18 + (uint256(dollarIn) % 100_000e18);
        uint256 high = 0.011e18 + (uint256(price) % 2e18);
        primary.setDecimals(18);
        primary.setAnswer(int256(high));
        second.setAnswer(int256(high));
        (uint256 r, uint256 c) = (_credit(), dollar.totalSupply());
        uint256 charge = 0.005e18 + (amount * 1e18) / (2 * c); // at most 5 % here: 100 000 of a million
        if (charge > 0.05e18) charge = 0.05e18;
        uint256 out = _redeem(uint128(amount));

        bool withinPar = out * high <= amount * (1e18 - charge);
        bool withinPro = out * c <= amount * r;
        vm.assertTrue(withinPar && withinPro);
        bool nextPar = (out + 1) * high <= amount * (1e18 - charge);
        bool nextPro = (out + 1) * c <= amount * r;
        vm.assertFalse(nextPar && nextPro);
        // I3
        vm.assertGe(_credit() * c, r * dollar.totalSupply());
    }

    function testFuzz_QuoteIsWhatHappens(uint128 dollarIn, uint64 price) public {
        uint128 amount = uint128(dollarIn % (2 * SUPPLY));
        _setPrice(0.01e18 + (uint256(price) % 1.5e18));
        (IDollarMinter.RedeemRefusal refusal, uint256 out) = minter.quoteRedeem(amount, IDollarMinter.Lane.Open, ALICE);
        vm.prank(ALICE);
        (bool success, bytes memory result) = address(minter).call(
            abi.encodeCall(minter.redeem, (amount, 0, ALICE, NEVER))
        );
        vm.assertEq(success, refusal == IDollarMinter.RedeemRefusal.None);
        if (success) {
            vm.assertEq(abi.decode(result, (uint128)), out);
            return;
        }
        bytes4 expected =
            refusal == IDollarMinter.RedeemRefusal.BelowMinimum
                ? IDollarMinter.RedeemBelowMinimum.selector
                : refusal == IDollarMinter.RedeemRefusal.AboveSupply
                    ? IDollarMinter.RedeemAboveSupply.selector
                    : IDollarMinter.LaneEmpty.selector;
        vm.assertEq(bytes32(bytes4(result)), bytes32(expected));
    }

    function test_I5_LaneHoldsItsCapacityAndRefillsEvenly() public {
        _setPrice(0.05e18);
        uint256 capacity = minter.status().openLane.capacity;
        vm.assertEq(capacity, (token.totalSupply() * 200) / 10_000);
        uint256 out = _redeem(450_000e18);
        IDollarMinter.Status memory status = minter.status();
        vm.assertEq(status.openLane.room, status.openLane.capacity - out);
        _pass(3 hours);
        status = minter.status();
        vm.assertEq(status.openLane.room, status.openLane.capacity - (out - (status.openLane.capacity / 8)));
    }
}

contract DollarMinter_redeemInBlind_Test is DollarFixture {
    uint128 private constant SUPPLY = 1_000_000e18;

    function setUp() public {
        _deployDollar();
        _giveDollars(ALICE, SUPPLY);
        _setPrices(1.02e18, 1e18);
        oracle.poke(); // records 1.02
    }

    function _expectRedeemRevert(bytes memory reason) private {
        vm.prank(ALICE);
        vm.expectRevert(reason);
        minter.redeem(1000e18, 0, ALICE, NEVER);
    }

    function _refusal() private view returns (IDollarMinter.RedeemRefusal refusal) {
        (refusal, ) = minter.quoteRedeem(1000e18, IDollarMinter.Lane.Open, ALICE);
    }

    /// @dev Time passes, the primary keeps answering and the second is dead.
    function _passBlind(uint256 time) private {
        vm.warp(block.timestamp + time);
        primary.setAnswer(1.02e8);
    }

    function test_A24_OpensAfter24HoursAtTheRecordedPrice() public {
        second.setFault(MockAggregator.Fault.Reverts);
        _expectRedeemRevert(abi.encodeWithSelector(IDollarMinter.BlindNotRecorded.selector, 0, 24 hours));
        vm.assertEq(uint256(_refusal()), uint256(IDollarMinter.RedeemRefusal.BlindNotRecorded));
        oracle.poke();
        uint40 since = uint40(block.timestamp);

        _passBlind(24 hours - 1);
        _expectRedeemRevert(
            abi.encodeWithSelector(IDollarMinter.BlindTooShort.selector, since, 24 hours - 1, 24 hours)
        );
        vm.assertEq(uint256(_refusal()), uint256(IDollarMinter.RedeemRefusal.BlindTooShort));
        _passBlind(1);
        vm.assertTrue(minter.mintHalted());
        vm.prank(ALICE);
        uint256 out = minter.redeem(1000e18, 0, ALICE, NEVER);
        vm.assertEq(out, (uint256(1000e18) * 0.95e18) / 1.02e18); // 5 % flat, at the recorded high
    }

    function test_A24_PaysAtASourceThatIsStillGoodIfItIsHigher() public {
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.warp(block.timestamp + 24 hours);
        primary.setAnswer(3e8);
        vm.prank(ALICE);
        vm.assertEq(minter.redeem(1000e18, 0, ALICE, NEVER), (uint256(1000e18) * 0.95e18) / 3e18);
        primary.setAnswer(0.5e8);
        vm.prank(ALICE);
        vm.assertEq(minter.redeem(1000e18, 0, ALICE, NEVER), (uint256(1000e18) * 0.95e18) / 1.02e18);
    }

    function test_A24_LanesAreAQuarter() public {
        IDollarMinter.Status memory before = minter.status();
        second.setFault(MockAggregator.Fault.Reverts);
        IDollarMinter.Status memory blind = minter.status();
        vm.assertEq(uint256(blind.state), uint256(IDollarMinter.State.Blind));
        vm.assertEq(blind.openLane.capacity, before.openLane.capacity / 4);
        vm.assertEq(blind.earnedLane.capacity, before.earnedLane.capacity / 4);
        vm.assertEq(blind.redeemFee, 0.05e18);
        vm.assertEq(blind.backing, 0);
    }

    function test_BaseRateIsRaisedInBlindToo() public {
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        _passBlind(24 hours);
        vm.prank(ALICE);
        minter.redeem(20_000e18, 0, ALICE, NEVER);
        vm.assertEq(minter.status().baseRate, 0.01e18);
    }

    /// @dev Who earned redeems in Blind as everyone does: after 24 hours, for 5 %, at the recorded price, from a quarter of the lane.
    function test_A24_EarnersPayTheSameInBlind() public {
        ledger.earn(ALICE, 10_000e18);
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        uint40 since = uint40(block.timestamp);
        _passBlind(24 hours - 1);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.BlindTooShort.selector, since, 24 hours - 1, 24 hours));
        minter.redeemEarned(1000e18, 0, ALICE, NEVER);
        _passBlind(1);
        vm.prank(ALICE);
        uint256 out = minter.redeemEarned(1000e18, 0, ALICE, NEVER);
        vm.assertEq(out, (uint256(1000e18) * 0.95e18) / 1.02e18);
        vm.assertEq(ledger.earnedOf(ALICE), 9_000e18);
        IDollarMinter.Bucket memory lane = minter.status().earnedLane;
        vm.assertEq(lane.capacity, token.totalSupply() / 400);
        vm.assertEq(lane.room, lane.capacity - out);
    }

    function test_B23_TheClockContinuesOverBlindsLessThan24HoursApart() public {
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        _passBlind(20 hours);
        second.setFault(MockAggregator.Fault.None);
        second.setAnswer(1e18);
        oracle.poke(); // ends it with 20 h

        _passBlind(23 hours);
        second.setAnswer(1e18);
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        uint40 since = uint40(block.timestamp);
        _passBlind(4 hours - 1);
        _expectRedeemRevert(
            abi.encodeWithSelector(IDollarMinter.BlindTooShort.selector, since, 24 hours - 1, 24 hours)
        );
        _passBlind(1);
        vm.prank(ALICE);
        minter.redeem(1000e18, 0, ALICE, NEVER);
    }

    function test_B23_TimeWithoutBlindDoesNotCount() public {
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        _passBlind(1 hours);
        second.setFault(MockAggregator.Fault.None);
        second.setAnswer(1e18);
        oracle.poke();
        _passBlind(24 hours); // a whole day of good prices clears the hour
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.assertEq(minter.status().price.blindSeconds, 0);
        uint40 since = uint40(block.timestamp);
        _passBlind(23 hours);
        _expectRedeemRevert(abi.encodeWithSelector(IDollarMinter.BlindTooShort.selector, since, 23 hours, 24 hours));
    }

    function test_B23_DrainedPoolRedeemsAtNoBetterThanTheFeedStillGood() public {
        // The market doubles while the pool is drained: the good feed says so, the old price does not help.
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.warp(block.timestamp + 2 days);
        primary.setAnswer(2.04e8);
        (, uint256 out) = minter.quoteRedeem(1000e18, IDollarMinter.Lane.Open, ALICE);
        vm.assertEq(out, (uint256(1000e18) * 0.95e18) / 2.04e18);
    }

    function test_RefusedCallRecordsNothing() public {
        second.setFault(MockAggregator.Fault.Reverts);
        _expectRedeemRevert(abi.encodeWithSelector(IDollarMinter.BlindNotRecorded.selector, 0, 24 hours));
        (uint40 since, , ) = oracle.blindRecord();
        vm.assertEq(since, 0);
    }
}

contract DollarMinter_redeemEarned_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
        _giveDollars(ALICE, 1_000_000e18);
        ledger.earn(ALICE, 10_000e18);
    }

    function test_PaysWithoutBaseRateAndSpendsTheEarned() public {
        vm.prank(ALICE);
        minter.redeem(50_000e18, 0, ALICE, NEVER); // the open lane's base rate is 2.5 % now
        uint256 creditBefore = minter.credit();
        vm.expectEmit(address(minter));
        emit IDollarMinter.DollarsRedeemed(
            ALICE,
            BOB,
            IDollarMinter.Lane.Earned,
            1000e18,
            995e18,
            0.005e18,
            creditBefore - 995e18
        );
        vm.prank(ALICE);
        vm.assertEq(minter.redeemEarned(1000e18, 995e18, BOB, START), 995e18);
        vm.assertEq(ledger.earnedOf(ALICE), 9_000e18);
        vm.assertEq(token.balanceOf(BOB), 995e18);
        vm.assertEq(minter.status().baseRate, 0.025e18);
        IDollarMinter.Status memory status = minter.status();
        vm.assertEq(status.earnedLane.room, status.earnedLane.capacity - 995e18);
    }

    function test_RevertWhen_MoreThanEarned() public {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.EarnedTooLow.selector, ALICE, 10_000e18 + 1, 10_000e18));
        minter.redeemEarned(10_000e18 + 1, 0, ALICE, NEVER);
        vm.prank(ALICE);
        dollar.transfer(BOB, 1000e18);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.EarnedTooLow.selector, BOB, 1000e18, 0));
        minter.redeemEarned(1000e18, 0, BOB, NEVER);
        (IDollarMinter.RedeemRefusal refusal, ) = minter.quoteRedeem(1000e18, IDollarMinter.Lane.Earned, BOB);
        vm.assertEq(uint256(refusal), uint256(IDollarMinter.RedeemRefusal.EarnedTooLow));
    }

    function test_RevertWhen_LedgerIsUnset() public {
        minter = new DollarMinter(address(manager), token, dollar, oracle, TREASURY, _defaultParameters());
        (IDollarMinter.RedeemRefusal refusal, ) = minter.quoteRedeem(1000e18, IDollarMinter.Lane.Earned, ALICE);
        vm.assertEq(uint256(refusal), uint256(IDollarMinter.RedeemRefusal.LedgerUnset));
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.LedgerUnset.selector));
        minter.redeemEarned(1000e18, 0, ALICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.LedgerUnset.selector));
        minter.burnFees();
    }

    function test_RevertWhen_LaneIsEmpty() public {
        IDollarMinter.Parameters memory parameters = _defaultParameters();
        parameters.earnedLaneBps = 0;
        minter.setParameters(parameters);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.LaneEmpty.selector, IDollarMinter.Lane.Earned, 995e18, 0));
        minter.redeemEarned(1000e18, 0, ALICE, NEVER);
    }
}
