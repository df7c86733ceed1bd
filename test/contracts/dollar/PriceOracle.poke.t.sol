// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PriceOracle} from "../../../contracts/dollar/PriceOracle.sol";
import {IAggregatorV3} from "../../../contracts/interfaces/IAggregatorV3.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice A good source that needs about 300 000 gas to answer.
contract HeavyFeed is IAggregatorV3 {
    function decimals() external pure returns (uint8) {
        return 18;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint256 from = gasleft();
        bytes32 hash;
        while (from - gasleft() < 300_000) hash = keccak256(abi.encode(hash));
        return (1, 1e18, block.timestamp, block.timestamp, 1);
    }
}

contract PriceOracle_poke_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
    }

    function _health() private view returns (IPriceOracle.Health) {
        return oracle.peek().health;
    }

    function _assertHealth(IPriceOracle.Health expected) private view {
        vm.assertEq(uint256(_health()), uint256(expected));
    }

    function test_ReadsLowHighAndThreshold() public {
        IPriceOracle.Source memory source = _source(primary);
        source.thresholdBps = 120;
        oracle.setSource(IPriceOracle.Slot.Primary, source);
        _setPrices(1.04e18, 1.01e18);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.PricePoked(1.01e18, 1.04e18, 1e18, IPriceOracle.Health.Good);
        IPriceOracle.Reading memory reading = oracle.poke();
        vm.assertEq(reading.low, 1.01e18);
        vm.assertEq(reading.high, 1.04e18);
        vm.assertEq(reading.slow, 1e18); // no whole minute has passed
        vm.assertEq(reading.thresholdBps, 120);
        vm.assertEq(uint256(reading.health), uint256(IPriceOracle.Health.Good));
        vm.assertEq(oracle.lastGoodHigh(), 1.04e18);
    }

    function testFuzz_PeekIsExactlyWhatPokeReturns(uint256 seed) public {
        vm.warp(block.timestamp + (seed % 40 hours));
        if (seed % 3 != 0) _setPrices(0.7e18 + ((seed >> 16) % 0.6e18), 0.7e18 + ((seed >> 80) % 0.6e18));
        if (seed % 5 == 0) second.setFault(MockAggregator.Fault((seed >> 8) % 7));
        if (seed % 7 == 0) oracle.poke();
        vm.warp(block.timestamp + ((seed >> 140) % 3 hours));
        bytes32 peeked = keccak256(abi.encode(oracle.peek()));
        vm.assertEq(keccak256(abi.encode(oracle.poke())), peeked);
    }

    /* SLOW PRICE */

    function test_SlowPriceRises2PercentAnHourForOneHour() public {
        _pass(1 hours);
        _setPrice(2e18);
        uint256 slow = oracle.poke().slow;
        vm.assertLe(slow, 1.02e18);
        vm.assertGt(slow, 1.02e18 - 1e6);
        vm.assertEq(oracle.slowPrice(), slow);
    }

    function test_A11_SilenceIsCreditedForOneHourOnly() public {
        vm.warp(START + 200 hours);
        _setPrice(10e18);
        vm.assertLe(oracle.poke().slow, 1.02e18);
    }

    function test_SlowPriceFalls10PercentAnHourFor24Hours() public {
        _pass(1 hours);
        _setPrice(0.5e18);
        uint256 slow = oracle.poke().slow;
        vm.assertLe(slow, 0.9e18);
        vm.assertGt(slow, 0.9e18 - 1e6);

        _setPrice(0.002e18);
        vm.warp(block.timestamp + 100 hours);
        _refresh();
        uint256 after_ = oracle.poke().slow;
        // 0.9^24 = 0.0797664...
        vm.assertLe(after_, (slow * 79_766_443_076_872_510) / 1e18 + 1);
        vm.assertGt(after_, (slow * 79_766_443_076_872_000) / 1e18);
    }

    function test_SlowPriceNeverPassesTheLowerPrice() public {
        _pass(1 hours);
        _setPrices(1.01e18, 1.015e18);
        vm.assertEq(oracle.poke().slow, 1.01e18);
        _pass(1 hours);
        _setPrices(0.99e18, 0.98e18);
        vm.assertEq(oracle.poke().slow, 0.98e18);
    }

    function test_OddSecondsAreKept() public {
        _setPrice(2e18);
        vm.warp(START + 59);
        vm.assertEq(oracle.poke().slow, 1e18);
        vm.assertEq(oracle.slowPriceClock(), START);
        vm.warp(START + 90);
        uint256 slow = oracle.poke().slow; // one minute: 1.02^(1/60)
        vm.assertEq(slow, 1_000_330_098_258_713_128);
        vm.assertEq(oracle.slowPriceClock(), START + 60);
        vm.warp(START + 120);
        vm.assertGt(oracle.poke().slow, slow);
        vm.assertEq(oracle.slowPriceClock(), START + 120);
    }

    /// @dev Many pokes never give more than hourly ones: within an hour the rise stays under 2 %, however it is cut.
    function testFuzz_ManyPokesRiseNoMoreThanHourlyOnes(uint256 seed) public {
        _setPrice(5e18);
        uint256 cap = 1e18;
        for (uint256 hour = 0; hour < 4; ++hour) {
            cap = (cap * 102) / 100;
            for (uint256 at_ = 0; at_ < 1 hours;) {
                seed = uint256(keccak256(abi.encode(seed)));
                uint256 step = 1 + (seed % 900);
                if (at_ + step > 1 hours) step = 1 hours - at_;
                at_ += step;
                vm.warp(block.timestamp + step);
                oracle.poke();
            }
            vm.assertLe(oracle.slowPrice(), cap);
        }
        vm.assertGt(oracle.slowPrice(), 1.08e18); // and the odd seconds are not lost
    }

    function test_SkewAndBlindMoveTheClockAndNotTheValue() public {
        vm.warp(START + 50 minutes);
        _setPrices(2e18, 1.5e18);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.PricePoked(1.5e18, 2e18, 1e18, IPriceOracle.Health.Skew);
        vm.assertEq(oracle.poke().slow, 1e18);
        vm.assertEq(oracle.slowPriceClock(), START + 50 minutes);
        vm.assertEq(oracle.lastGoodHigh(), 2e18); // recorded in Skew too

        vm.warp(START + 80 minutes + 30);
        second.setFault(MockAggregator.Fault.Reverts);
        vm.assertEq(oracle.poke().slow, 1e18);
        vm.assertEq(oracle.slowPriceClock(), START + 80 minutes + 30);
        vm.assertEq(oracle.lastGoodHigh(), 2e18);

        vm.warp(START + 81 minutes + 30);
        second.setFault(MockAggregator.Fault.None);
        _setPrice(2e18);
        vm.assertEq(oracle.poke().slow, 1_000_330_098_258_713_128); // one minute
    }

    /* SOURCES */

    function test_A01_SourceIsStaleAfterHeartbeatAnd15Minutes() public {
        vm.warp(START + 24 hours + 15 minutes);
        _assertHealth(IPriceOracle.Health.Good);
        vm.warp(START + 24 hours + 15 minutes + 1);
        _assertHealth(IPriceOracle.Health.Blind);
        primary.setAnswer(1e8);
        _assertHealth(IPriceOracle.Health.Blind); // the other is still stale
        second.setAnswer(1e18);
        _assertHealth(IPriceOracle.Health.Good);
    }

    function test_A02_ZeroNegativeAndHugeAnswersAreBlind() public {
        int256[6] memory answers = [
            int256(0),
            -1,
            -1e18,
            type(int256).min,
            type(int256).max,
            int256(type(int128).max) + 1
        ];
        for (uint256 i = 0; i < answers.length; ++i) {
            primary.setAnswer(answers[i]);
            _assertHealth(IPriceOracle.Health.Blind);
        }
    }

    function testFuzz_A02_NoAnswerOfAnySizeReverts(int256 answer, uint64 updatedAt, uint8 decimals) public {
        second.setRound(answer, updatedAt, updatedAt);
        second.setDecimals(decimals);
        bool good = answer > 0 && decimals <= 18 && updatedAt <= block.timestamp;
        good = good && block.timestamp - updatedAt <= 24 hours + 15 minutes;
        good = good && answer < int256(1000 * 10 ** uint256(decimals > 18 ? 18 : decimals));
        good = good && uint256(answer) * 1000 > 10 ** uint256(decimals);
        vm.assertEq(_health() != IPriceOracle.Health.Blind, good);
    }

    function test_A03_FutureTimestampIsBlindAndDoesNotPanic() public {
        primary.setRound(1e8, START + 1, START + 1);
        _assertHealth(IPriceOracle.Health.Blind);
        primary.setRound(1e8, type(uint64).max, type(uint64).max);
        _assertHealth(IPriceOracle.Health.Blind);
        primary.setRound(1e8, START, START);
        _assertHealth(IPriceOracle.Health.Good);
    }

    function test_A04_AnswerAtItsClampIsBlind() public {
        // Bounds are set to the feed's own clamps: an answer that is pinned there is not believed.
        _setPrice(0.001e18);
        _assertHealth(IPriceOracle.Health.Blind);
        _setPrice(0.001e18 + 1e10);
        _assertHealth(IPriceOracle.Health.Good);
        _setPrice(1000e18);
        _assertHealth(IPriceOracle.Health.Blind);
        _setPrice(1000e18 - 1e10);
        _assertHealth(IPriceOracle.Health.Good);
    }

    function test_A05_DecimalsAreReadEachTime() public {
        primary.setDecimals(18);
        primary.setAnswer(1e18);
        _assertHealth(IPriceOracle.Health.Good);
        vm.assertEq(oracle.peek().low, 1e18);
        primary.setDecimals(0);
        primary.setAnswer(1);
        vm.assertEq(oracle.peek().low, 1e18);
        // The feed swaps and its answer does not: ten digits off is outside the bounds.
        primary.setDecimals(8);
        primary.setAnswer(1e18);
        _assertHealth(IPriceOracle.Health.Blind);
        primary.setDecimals(19);
        primary.setAnswer(1e19);
        _assertHealth(IPriceOracle.Health.Blind);
    }

    function test_BrokenFeedsAreBlindAndNeverRevert() public {
        for (uint256 i = 1; i < 7; ++i) {
            second.setFault(MockAggregator.Fault(i));
            IPriceOracle.Health expected =
                MockAggregator.Fault(i) == MockAggregator.Fault.ReturnsTooMuch
                    ? IPriceOracle.Health.Good // the first 160 bytes are a good answer
                    : IPriceOracle.Health.Blind;
            _assertHealth(expected);
        }
        vm.etch(address(second), "");
        _assertHealth(IPriceOracle.Health.Blind);
        oracle.poke();
    }

    function test_TwoFeedsThatBurnAllGasCannotCloseTheExit() public {
        _giveDollars(ALICE, 1000e18);
        primary.setFault(MockAggregator.Fault.BurnsAllGas);
        second.setFault(MockAggregator.Fault.BurnsAllGas);
        oracle.poke();
        vm.warp(block.timestamp + 24 hours);
        vm.prank(ALICE);
        minter.redeem{gas: 3_000_000}(100e18, 0, ALICE, NEVER);
    }

    /// @dev With too little gas a good source cannot be made to look bad: the call ends in the typed error or out of gas, or reads
    /// Good.
    function test_B23_RevertWhen_GasIsTooLittleToTell() public {
        oracle.setSource(IPriceOracle.Slot.Second, _source(new HeavyFeed()));
        bytes memory data = abi.encodeCall(oracle.poke, ());
        bool starved;
        bool finished;
        for (uint256 gasGiven = 20_000; gasGiven < 400_000; gasGiven += 2_000) {
            (bool success, bytes memory result) = address(oracle).call{gas: gasGiven}(data);
            if (!success) {
                bytes4 reason = bytes4(result);
                vm.assertTrue(result.length == 0 || reason == IPriceOracle.OracleGasTooLow.selector);
                starved = starved || reason == IPriceOracle.OracleGasTooLow.selector;
                continue;
            }
            finished = true;
            IPriceOracle.Reading memory reading = abi.decode(result, (IPriceOracle.Reading));
            vm.assertEq(uint256(reading.health), uint256(IPriceOracle.Health.Good));
        }
        vm.assertTrue(starved && finished);
        (uint40 since, , ) = oracle.blindRecord();
        vm.assertEq(since, 0);
    }

    function test_SkewIsAbove5Percent() public {
        _setPrices(1.05e18, 1e18);
        _assertHealth(IPriceOracle.Health.Good);
        _setPrices(1.05e18 + 1e10, 1e18);
        _assertHealth(IPriceOracle.Health.Skew);
        _setPrices(1e18, 1.05e18 + 1);
        _assertHealth(IPriceOracle.Health.Skew);
    }

    /* BLIND */

    function test_BlindIsRecordedAddedUpAndCleared() public {
        second.setFault(MockAggregator.Fault.Reverts);
        IPriceOracle.Reading memory reading = oracle.peek();
        vm.assertEq(reading.blindSince, 0); // nobody has poked
        vm.expectEmit(address(oracle));
        emit IPriceOracle.BlindStarted(START, 0);
        oracle.poke();

        vm.warp(START + 5 hours);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.BlindPoked(START);
        reading = oracle.poke();
        vm.assertEq(reading.blindSince, START);
        vm.assertEq(reading.blindSeconds, 5 hours);
        vm.assertEq(reading.low, 0);
        vm.assertEq(reading.high, 1e18);

        second.setFault(MockAggregator.Fault.None);
        _refresh();
        vm.expectEmit(address(oracle));
        emit IPriceOracle.BlindEnded(START, 5 hours);
        reading = oracle.poke();
        vm.assertEq(reading.blindSince, 0);
        (uint40 since, uint40 ended, uint40 lastEnd) = oracle.blindRecord();
        vm.assertEq(since, 0);
        vm.assertEq(ended, 5 hours);
        vm.assertEq(lastEnd, START + 5 hours);

        // 24 h less a second later the five hours still count.
        vm.warp(START + 29 hours - 1);
        second.setFault(MockAggregator.Fault.Reverts);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.BlindStarted(START + 29 hours - 1, 5 hours);
        oracle.poke();
        vm.assertEq(oracle.peek().blindSeconds, 5 hours);

        second.setFault(MockAggregator.Fault.None);
        _refresh();
        oracle.poke();
        vm.warp(block.timestamp + 24 hours); // and 24 h without Blind clear them
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.assertEq(oracle.peek().blindSeconds, 0);
    }

    /// @dev Sources that are good and apart are not blind: the record ends, and the higher price is the one remembered.
    function test_B23_SkewEndsBlindAndRecordsTheHigherPrice() public {
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.warp(START + 5 hours);
        second.setFault(MockAggregator.Fault.None);
        _setPrices(2e18, 1e18);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.BlindEnded(START, 5 hours);
        IPriceOracle.Reading memory reading = oracle.poke();
        vm.assertEq(uint256(reading.health), uint256(IPriceOracle.Health.Skew));
        (uint40 since, uint40 ended, uint40 lastEnd) = oracle.blindRecord();
        vm.assertEq(since, 0);
        vm.assertEq(ended, 5 hours);
        vm.assertEq(lastEnd, START + 5 hours);
        vm.assertEq(oracle.lastGoodHigh(), 2e18);
    }

    /// @dev Independent count: the Blinds are laid out on a time line, and what counts is summed from it.
    function testFuzz_BlindSecondsAreThoseOfBlindsLessThan24HoursApart(uint256 seed) public {
        uint256 counted;
        for (uint256 i = 0; i < 8; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 good = seed % 48 hours;
            vm.warp(block.timestamp + good);
            if (good >= 24 hours) counted = 0;
            primary.setFault(MockAggregator.Fault.Reverts);
            oracle.poke();
            uint256 blind = (seed >> 32) % 20 hours;
            vm.warp(block.timestamp + blind / 2);
            oracle.poke();
            vm.warp(block.timestamp + blind - blind / 2);
            counted += blind;
            vm.assertEq(oracle.peek().blindSeconds, counted);
            primary.setFault(MockAggregator.Fault.None);
            _refresh();
            oracle.poke();
        }
    }

    /* SEQUENCER */

    function _withSequencer() private returns (MockAggregator feed) {
        feed = new MockAggregator(0, 0);
        feed.setRound(0, START - 1 hours, START);
        oracle.setSequencer(feed);
    }

    function test_A06_SequencerMustHaveBeenUpFor3600Seconds() public {
        MockAggregator feed = _withSequencer();
        _assertHealth(IPriceOracle.Health.Good);
        feed.setRound(1, START, START); // down
        _assertHealth(IPriceOracle.Health.Blind);
        feed.setRound(0, START, START); // up again as of now
        vm.warp(START + 3599);
        _assertHealth(IPriceOracle.Health.Blind);
        vm.warp(START + 3600);
        _assertHealth(IPriceOracle.Health.Good);
    }

    function test_A06_BrokenUptimeFeedIsBlind() public {
        MockAggregator feed = _withSequencer();
        feed.setRound(0, 0, START); // a round that never started
        _assertHealth(IPriceOracle.Health.Blind);
        feed.setRound(0, START + 1, START + 1);
        _assertHealth(IPriceOracle.Health.Blind);
        feed.setRound(0, START - 1 hours, START);
        for (uint256 i = 1; i < 5; ++i) {
            if (MockAggregator.Fault(i) == MockAggregator.Fault.ReturnsTooMuch) continue;
            feed.setFault(MockAggregator.Fault(i));
            _assertHealth(IPriceOracle.Health.Blind);
        }
        // No source is believed while the sequencer is not: the last record alone counts.
        _setPrice(3e18);
        vm.assertEq(oracle.peek().high, 1e18);
    }
}

contract PriceOracle_setSource_Test is DollarFixture {
    MockAggregator private _fresh;

    function setUp() public {
        _deployDollar();
        _fresh = new MockAggregator(18, 1e18);
    }

    function _expectSourceRevert(IPriceOracle.Source memory source, bytes memory reason) private {
        vm.expectRevert(reason);
        oracle.setSource(IPriceOracle.Slot.Second, source);
    }

    function test_SetsASourceWithin5PercentOfTheOther() public {
        IPriceOracle.Source memory source = _source(_fresh);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.SourceChanged(IPriceOracle.Slot.Second, source);
        oracle.setSource(IPriceOracle.Slot.Second, source);
        vm.assertEq(keccak256(abi.encode(oracle.source(IPriceOracle.Slot.Second))), keccak256(abi.encode(source)));
        _fresh.setAnswer(0.95e18);
        oracle.setSource(IPriceOracle.Slot.Second, source);
        _fresh.setAnswer(1.05e18);
        oracle.setSource(IPriceOracle.Slot.Second, source);
    }

    function test_A23_RevertWhen_HostileFeedIsOffTheOther() public {
        int256[3] memory answers = [int256(1.05e18 + 1), 0.95e18 - 1, 10e18];
        for (uint256 i = 0; i < answers.length; ++i) {
            _fresh.setAnswer(answers[i]);
            _expectSourceRevert(
                _source(_fresh),
                abi.encodeWithSelector(
                    IPriceOracle.SourceOffTheOther.selector,
                    IPriceOracle.Slot.Second,
                    answers[i],
                    1e18
                )
            );
        }
    }

    function test_A23_RevertWhen_CallerHasNoRole() public {
        bytes memory reason = abi.encodeWithSignature("AccessManagedUnauthorized(address)", STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(reason);
        oracle.setSource(IPriceOracle.Slot.Second, _source(_fresh));
        vm.expectRevert(reason);
        oracle.setSequencer(_fresh);
        vm.stopPrank();
    }

    function test_RevertWhen_NewSourceIsNotLive() public {
        _fresh.setFault(MockAggregator.Fault.Reverts);
        bytes memory reason = abi.encodeWithSelector(
            IPriceOracle.SourceNotLive.selector,
            IPriceOracle.Slot.Second,
            address(_fresh)
        );
        _expectSourceRevert(_source(_fresh), reason);
        IPriceOracle.Source memory nothing = _source(MockAggregator(address(0xdead)));
        _expectSourceRevert(
            nothing,
            abi.encodeWithSelector(IPriceOracle.SourceNotLive.selector, IPriceOracle.Slot.Second, address(0xdead))
        );
    }

    function test_RevertWhen_SourceIsOutOfItsBounds() public {
        IPriceOracle.Source memory source = _source(_fresh);
        source.heartbeat = 25 hours + 1;
        _expectSourceRevert(
            source,
            abi.encodeWithSelector(
                IPriceOracle.SourceHeartbeatOutOfRange.selector,
                IPriceOracle.Slot.Second,
                25 hours + 1,
                25 hours
            )
        );
        source.heartbeat = 0;
        _expectSourceRevert(
            source,
            abi.encodeWithSelector(
                IPriceOracle.SourceHeartbeatOutOfRange.selector,
                IPriceOracle.Slot.Second,
                0,
                25 hours
            )
        );
        source.heartbeat = 25 hours;
        source.thresholdBps = 201;
        _expectSourceRevert(
            source,
            abi.encodeWithSelector(IPriceOracle.SourceThresholdTooLarge.selector, IPriceOracle.Slot.Second, 201, 200)
        );
        source.thresholdBps = 200;
        source.minPrice = 0;
        _expectSourceRevert(
            source,
            abi.encodeWithSelector(
                IPriceOracle.SourceBoundsCrossed.selector,
                IPriceOracle.Slot.Second,
                0,
                1_000_000_000
            )
        );
        source = _source(primary);
        _expectSourceRevert(
            source,
            abi.encodeWithSelector(IPriceOracle.SourceDuplicated.selector, IPriceOracle.Slot.Second, address(primary))
        );
    }

    /// @dev The other is dead and this one lives: nothing to compare with, and no reason to do without.
    function test_A23_RevertWhen_OneSourceIsStillLive() public {
        primary.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.warp(START + 8 days);
        second.setAnswer(1e18);
        _fresh.setAnswer(1e18);
        _expectSourceRevert(
            _source(_fresh),
            abi.encodeWithSelector(IPriceOracle.SourceUncheckable.selector, IPriceOracle.Slot.Second, START, 7 days)
        );
        // The dead one can be replaced at once, compared with the live one.
        oracle.setSource(IPriceOracle.Slot.Primary, _source(_fresh));
    }

    function test_A23_TimelockAloneDecidesAfter7DaysOfUnbrokenBlind() public {
        primary.setFault(MockAggregator.Fault.Reverts);
        second.setFault(MockAggregator.Fault.Reverts);
        bytes memory unrecorded = abi.encodeWithSelector(
            IPriceOracle.SourceUncheckable.selector,
            IPriceOracle.Slot.Second,
            0,
            7 days
        );
        _expectSourceRevert(_source(_fresh), unrecorded);
        oracle.poke();
        vm.warp(START + 7 days - 1);
        _fresh.setAnswer(4e18);
        _expectSourceRevert(
            _source(_fresh),
            abi.encodeWithSelector(IPriceOracle.SourceUncheckable.selector, IPriceOracle.Slot.Second, START, 7 days)
        );
        vm.warp(START + 7 days);
        oracle.setSource(IPriceOracle.Slot.Second, _source(_fresh));
    }

    function test_A23_ABrokenBlindStartsTheSevenDaysAnew() public {
        primary.setFault(MockAggregator.Fault.Reverts);
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.warp(START + 6 days);
        primary.setFault(MockAggregator.Fault.None);
        second.setFault(MockAggregator.Fault.None);
        _refresh();
        oracle.poke();
        primary.setFault(MockAggregator.Fault.Reverts);
        second.setFault(MockAggregator.Fault.Reverts);
        oracle.poke();
        vm.warp(START + 8 days);
        _fresh.setAnswer(1e18);
        _expectSourceRevert(
            _source(_fresh),
            abi.encodeWithSelector(
                IPriceOracle.SourceUncheckable.selector,
                IPriceOracle.Slot.Second,
                START + 6 days,
                7 days
            )
        );
    }

    function test_SequencerFeedMustSayUpOrBeNone() public {
        _fresh.setAnswer(1);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.SequencerFeedNotUp.selector, address(_fresh)));
        oracle.setSequencer(_fresh);
        _fresh.setRound(0, START - 3600, START);
        vm.expectEmit(address(oracle));
        emit IPriceOracle.SequencerFeedChanged(address(0), address(_fresh));
        oracle.setSequencer(_fresh);
        vm.assertEq(address(oracle.sequencer()), address(_fresh));
        oracle.setSequencer(IAggregatorV3(address(0)));
        vm.assertEq(uint256(oracle.peek().health), uint256(IPriceOracle.Health.Good));
    }

    function test_RevertWhen_DeployedOutOfBounds() public {
        IPriceOracle.Config memory config = _oracleConfig();
        config.initialSlow = 1e12 - 1;
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.InitialSlowPriceTooSmall.selector, 1e12 - 1, 1e12));
        new PriceOracle(config);
        config = _oracleConfig();
        config.second.feed = IAggregatorV3(address(0));
        vm.expectRevert(
            abi.encodeWithSelector(IPriceOracle.SourceNotAContract.selector, IPriceOracle.Slot.Second, address(0))
        );
        new PriceOracle(config);
        config.second = config.primary;
        vm.expectRevert(
            abi.encodeWithSelector(IPriceOracle.SourceDuplicated.selector, IPriceOracle.Slot.Second, address(primary))
        );
        new PriceOracle(config);
    }
}
