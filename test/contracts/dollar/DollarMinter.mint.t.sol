// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_mint_Test is DollarFixture {
    // 570 million CARD at 1 dollar: ceiling 57 million, each mint bucket 2.5 % of it.
    uint256 private constant CEILING = 57_000_000e18;
    uint256 private constant BUCKET = 1_425_000e18;

    function setUp() public {
        _deployDollar();
        _giveToken(ALICE, 100_000_000e18);
    }

    function _mint(uint128 tokenIn) private returns (uint128) {
        vm.prank(ALICE);
        return minter.mint(tokenIn, 0, ALICE, NEVER);
    }

    function _expectMintRevert(bytes memory reason) private {
        vm.prank(ALICE);
        vm.expectRevert(reason);
        minter.mint(1000e18, 0, ALICE, NEVER);
    }

    function test_BurnsCardAndMintsDollars() public {
        vm.expectEmit(address(minter));
        emit IDollarMinter.DollarsMinted(ALICE, BOB, 1000e18, 995e18, 0, 0.005e18, SEED + 1000e18);
        vm.prank(ALICE);
        uint128 out = minter.mint(1000e18, 995e18, BOB, START);

        vm.assertEq(out, 995e18); // one dollar, less 50 bps
        vm.assertEq(dollar.balanceOf(BOB), 995e18);
        vm.assertEq(dollar.totalSupply(), 995e18);
        vm.assertEq(token.balanceOf(ALICE), 100_000_000e18 - 1000e18);
        vm.assertEq(token.totalSupply(), 570_000_000e18 - 1000e18);
        vm.assertEq(minter.credit(), SEED + 1000e18);
    }

    function test_PokesTheOracle() public {
        _pass(1 hours);
        _setPrice(2e18);
        _mint(1000e18);
        vm.assertEq(oracle.slowPriceClock(), block.timestamp);
        vm.assertEq(oracle.lastGoodHigh(), 2e18);
    }

    /// @dev The largest whole number not above the exact product: out * 1e36 <= tokenIn * pM * (1e18 - fee) < (out + 1) * 1e36.
    function testFuzz_OutputIsTheExactProductRoundedDown(
        uint128 tokenIn,
        uint64 low,
        uint64 high,
        uint8 feeBps
    ) public {
        uint256 lowPrice = 0.5e18 + (uint256(low) % 0.8e18);
        uint256 highPrice = lowPrice + ((lowPrice * 5) / 100 / 1e18) * (high % 1e18);
        uint256 fee = 25 + (feeBps % 176);
        IDollarMinter.Parameters memory parameters = _defaultParameters();
        parameters.feeBps = uint16(fee);
        minter.setParameters(parameters);
        primary.setDecimals(18);
        primary.setAnswer(int256(highPrice));
        second.setAnswer(int256(lowPrice));
        uint256 amount = 3e18 + (uint256(tokenIn) % 400_000e18);

        // One hour has not passed since deployment, so the slow price is still one dollar, unless the price is lower: then it
        // has not moved either, as no whole minute has passed.
        uint256 price = lowPrice < 1.25e18 ? lowPrice : 1.25e18;
        uint256 exact = amount * price * (10_000 - (fee < 50 ? 50 : fee));
        uint256 out = _mint(uint128(amount));
        vm.assertLe(out * 1e22, exact);
        vm.assertGt((out + 1) * 1e22, exact);
    }

    function test_FeeIsNeverBelowTheSourcesThreshold() public {
        IPriceOracle.Source memory source = _source(second);
        source.thresholdBps = 200;
        oracle.setSource(IPriceOracle.Slot.Second, source);
        vm.assertEq(_mint(1000e18), 980e18);
        vm.assertEq(minter.status().redeemFee, 0.02e18);
    }

    function test_A08_MintTakesTheLowerPrice() public {
        // Somebody sees the price fall to 0.96 while the primary feed still says 1.
        _setPrices(1e18, 0.96e18);
        vm.assertEq(_mint(1000e18), 955.2e18); // 1000 * 0.96 * 0.995
    }

    function test_A11_TenfoldPriceMintsAtMostAQuarterAboveTheSlowPrice() public {
        _setPrice(10e18);
        vm.assertEq(_mint(1000e18), 1243.75e18); // 1000 * 1.25 * 0.995
        // The ceiling is counted at the slow price, not at ten dollars.
        vm.assertEq(minter.status().ceiling, ((570_000_000e18 - 1000e18) / 10));
    }

    function test_A11_SilenceOf200HoursCreditsTheRiseOfOneHour() public {
        vm.warp(START + 200 hours);
        _setPrice(10e18);
        uint256 out = _mint(1000e18);
        // 1.02 * 1.25 * 0.995 at most, and below it by rounding only.
        vm.assertLe(out, 1268.625e18);
        vm.assertGt(out, 1268.624999e18);
    }

    function test_A17_RevertWhen_DustMint() public {
        // 1 cfUSD costs 1.005025... CARD.
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBelowMinimum.selector, 1e18 - 1, 1e18));
        minter.mint(1_005_025_125_628_140_703, 0, ALICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBelowMinimum.selector, 0, 1e18));
        minter.mint(1, 0, ALICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBelowMinimum.selector, 0, 1e18));
        minter.mint(0, 0, ALICE, NEVER);
        vm.assertEq(minter.mint(1_005_025_125_628_140_704, 0, ALICE, NEVER), 1e18);
        vm.stopPrank();
    }

    function test_RevertWhen_LargestAmount() public {
        // 2^128 - 1 CARD would be about 3.4e38 dollars.
        uint256 out = (uint256(type(uint128).max) * 995) / 1000;
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.CeilingExceeded.selector, out, CEILING));
        minter.mint(type(uint128).max, 0, ALICE, NEVER);
    }

    function test_RevertWhen_TooLateOrTooLittle() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.DeadlinePassed.selector, START - 1, START));
        minter.mint(1000e18, 0, ALICE, START - 1);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.OutputTooSmall.selector, 995e18, 995e18 + 1));
        minter.mint(1000e18, 995e18 + 1, ALICE, NEVER);
        vm.stopPrank();
    }

    function test_RevertWhen_CallerHasNoCardOrReceiverIsZero() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, STRANGER, 0, 1000e18));
        minter.mint(1000e18, 0, STRANGER, NEVER);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        minter.mint(1000e18, 0, address(0), NEVER);
    }

    function test_RevertWhen_RightsRevoked() public {
        token.setMinter(address(0));
        _expectMintRevert(abi.encodeWithSignature("CallerNotTokenMinter(address,address)", minter, address(0)));
        token.setMinter(address(minter));
        dollar.setMinter(address(0));
        _expectMintRevert(abi.encodeWithSignature("CallerNotDollarMinter(address,address)", minter, address(0)));
    }

    function test_RevertWhen_Paused() public {
        minter.pauseMint(START + 1 days);
        _expectMintRevert(abi.encodeWithSelector(TimedPause.EntryPaused.selector, bytes32("mint"), START + 1 days));
        vm.assertTrue(minter.mintHalted());
        (IDollarMinter.MintRefusal refusal, uint256 out) = minter.quoteMint(1000e18);
        vm.assertEq(uint256(refusal), uint256(IDollarMinter.MintRefusal.Paused));
        vm.assertEq(out, 0);
        vm.warp(START + 1 days);
        _refresh();
        vm.assertFalse(minter.mintHalted());
        vm.assertEq(_mint(1000e18), 995e18);
    }

    function test_A01_RevertWhen_FeedIsStale() public {
        vm.warp(START + 24 hours + 15 minutes);
        vm.assertFalse(minter.mintHalted());
        vm.warp(START + 24 hours + 15 minutes + 1);
        vm.assertTrue(minter.mintHalted());
        _expectMintRevert(abi.encodeWithSelector(IDollarMinter.MintHaltedInBlind.selector, 0));
        oracle.poke();
        uint256 since = block.timestamp;
        vm.warp(since + 60);
        _expectMintRevert(abi.encodeWithSelector(IDollarMinter.MintHaltedInBlind.selector, since));
    }

    function test_A02_RevertWhen_AnswerIsZeroOrNegative() public {
        int256[4] memory answers = [int256(0), -1, type(int256).min, type(int256).max];
        for (uint256 i = 0; i < answers.length; ++i) {
            second.setAnswer(answers[i]);
            _expectMintRevert(abi.encodeWithSelector(IDollarMinter.MintHaltedInBlind.selector, 0));
        }
    }

    function test_RevertWhen_Skew() public {
        _setPrices(1.05e18, 1e18);
        vm.assertFalse(minter.mintHalted());
        _setPrices(1.05e18 + 1e10, 1e18);
        vm.assertTrue(minter.mintHalted());
        _expectMintRevert(abi.encodeWithSelector(IDollarMinter.MintHaltedInSkew.selector, 1e18, 1.05e18 + 1e10));
    }

    /// @dev Mints up to the ceiling over many days, so that backing is 1.5 to 1.6 at a dollar.
    function _fillSupply(uint256 target) private {
        while (dollar.totalSupply() < target) {
            uint256 part = target - dollar.totalSupply();
            _giveDollars(BOB, uint128(part < 1_300_000e18 ? part : 1_300_000e18));
            _pass(1 days);
        }
        oracle.poke();
    }

    function test_StatesFollowTheBackingWithInclusiveLowerBounds() public {
        _fillSupply(20_000_000e18);
        uint256 credit = minter.credit(); // 30 million and what was burned
        uint256 supply = dollar.totalSupply();
        uint256[3] memory bounds = [uint256(1.5e18), 1.2e18, 1e18];
        IDollarMinter.State[4] memory states = [
            IDollarMinter.State.Green,
            IDollarMinter.State.Yellow,
            IDollarMinter.State.Orange,
            IDollarMinter.State.Red
        ];
        for (uint256 i = 0; i < bounds.length; ++i) {
            // The least price at which floor(credit * price / supply) >= bound.
            uint256 price = (bounds[i] * supply + credit - 1) / credit;
            second.setAnswer(int256(price));
            primary.setDecimals(18);
            primary.setAnswer(int256(price));
            IDollarMinter.Status memory status = minter.status();
            vm.assertEq(uint256(status.state), uint256(states[i]));
            vm.assertEq(status.backing, (credit * price) / supply);

            second.setAnswer(int256(price - 1));
            vm.assertEq(uint256(minter.status().state), uint256(states[i + 1]));
        }
    }

    function test_RevertWhen_RedOrOrange() public {
        _fillSupply(20_000_000e18);
        uint256 credit = minter.credit();
        uint256 supply = dollar.totalSupply();
        _setPrice(0.4e18);
        vm.assertTrue(minter.mintHalted());
        _expectMintRevert(
            abi.encodeWithSelector(IDollarMinter.MintHaltedInOrange.selector, (credit * 0.4e18) / supply, 1.2e18)
        );
        _setPrice(0.35e18);
        _expectMintRevert(abi.encodeWithSelector(IDollarMinter.MintHaltedInRed.selector, (credit * 0.35e18) / supply));
    }

    /// @dev Yellow: with t = (gate + 0.30 - backing) / 0.30 the fee is fee + t * (3 % - fee), the capacity a (1 - 0.75 t) part.
    function testFuzz_YellowIsDearerAndSmaller(uint256 price) public {
        _fillSupply(20_000_000e18);
        uint256 credit = minter.credit();
        uint256 supply = dollar.totalSupply();
        uint256 least = (1.2e18 * supply) / credit + 1;
        uint256 most = (1.5e18 * supply) / credit;
        primary.setDecimals(18);
        price = least + (price % (most - least));
        primary.setAnswer(int256(price));
        second.setAnswer(int256(price));

        IDollarMinter.Status memory status = minter.status();
        vm.assertEq(uint256(status.state), uint256(IDollarMinter.State.Yellow));
        uint256 t30 = 1.5e18 - (credit * price) / supply; // 0.30 * t, 18 decimals
        // (fee' - fee) * 0.30 >= t30 * (3 % - 0.5 %), by less than one unit of the fee.
        uint256 more = status.mintFee - 0.005e18;
        vm.assertGe(more * 0.3e18, t30 * 0.025e18);
        vm.assertLt((more - 1) * 0.3e18, t30 * 0.025e18);
        // capacity * 1.2 <= ceiling * 2.5 % * (1.2 - 3 * t30), by less than one wei.
        uint256 whole = status.ceiling * 250 * (1.2e18 - 3 * t30);
        vm.assertLe(status.openMint.capacity * 10_000 * 1.2e18, whole);
        vm.assertGt((status.openMint.capacity + 1) * 10_000 * 1.2e18, whole);
    }

    function test_A19_RevertWhen_MintCrossesTheGate() public {
        IDollarMinter.Parameters memory parameters = _defaultParameters();
        parameters.gateBps = 20_000;
        parameters.openMintBps = 1000;
        parameters.leaseMintBps = 0;
        parameters.ceilingBps = 1500;
        minter.setParameters(parameters);
        // R 30 million. Minting out dollars for in CARD at 1 dollar holds the gate while (30 + in) >= 2 * (C + out).
        for (uint256 i = 0; i < 3; ++i) {
            _giveDollars(BOB, 8_000_000e18);
            _pass(1 days);
        }
        uint256 credit = minter.credit();
        uint256 supply = dollar.totalSupply();
        uint256 tokenIn = 8_000_000e18;
        uint256 out = (uint256(tokenIn) * 995) / 1000;
        // Green before (2.25 against 2.30 is Yellow, so the fee is read from the status).
        uint256 fee = minter.status().mintFee;
        out = (tokenIn * (1e18 - fee)) / 1e18;
        uint256 backing = ((credit + tokenIn) * 1e18) / (supply + out);
        vm.assertLt(backing, 2e18);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.GateBroken.selector, backing, 2e18));
        minter.mint(uint128(tokenIn), 0, ALICE, NEVER);
    }

    function test_RevertWhen_CeilingIsReached() public {
        IDollarMinter.Parameters memory parameters = _defaultParameters();
        parameters.hardCeiling = 1000;
        parameters.openMintBps = 1000;
        parameters.leaseMintBps = 0;
        minter.setParameters(parameters);
        for (uint256 i = 0; i < 10; ++i) {
            _giveDollars(BOB, 100e18);
            _pass(1 days);
        }
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.CeilingExceeded.selector, 1001e18, 1000e18));
        minter.mintExact(1e18, type(uint128).max, ALICE, NEVER);
    }

    function test_I5_OpenBucketHoldsItsCapacityAndRefillsEvenly() public {
        _giveToken(BOB, 2_000_000e18);
        vm.startPrank(BOB);
        minter.mintExact(uint128(BUCKET), type(uint128).max, BOB, NEVER);
        uint256 capacity = minter.status().openMint.capacity;
        // The capacity falls a little as CARD was burned, and nothing is left.
        vm.assertLt(capacity, BUCKET);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector, 1e18, 0));
        minter.mintExact(1e18, type(uint128).max, BOB, NEVER);
        vm.stopPrank();

        _pass(6 hours);
        capacity = minter.status().openMint.capacity;
        uint256 room = capacity - (BUCKET - capacity / 4);
        vm.assertEq(minter.status().openMint.room, room);
        vm.startPrank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MintBucketEmpty.selector, room + 1, room));
        minter.mintExact(uint128(room + 1), type(uint128).max, BOB, NEVER);
        minter.mintExact(uint128(room), type(uint128).max, BOB, NEVER);
        vm.stopPrank();
    }

    function test_A18_DonationsChangeNothing() public {
        _giveDollars(BOB, 1000e18);
        IDollarMinter.Status memory before = minter.status();
        vm.prank(BOB);
        dollar.transfer(address(minter), 500e18);
        _giveToken(address(minter), 1_000_000e18);
        _giveToken(address(token), 1e18);
        vm.assertEq(keccak256(abi.encode(minter.status())), keccak256(abi.encode(before)));
    }

    function test_A28_OnlyTheTwoTokensMoveAndTheyAreImmutable() public {
        vm.assertEq(address(minter.token()), address(token));
        vm.assertEq(address(minter.dollar()), address(dollar));
        vm.assertEq(address(minter.oracle()), address(oracle));
        vm.assertEq(minter.treasury(), TREASURY);
        // Neither has hooks: a receiver with code is not called.
        address receiver = address(new MockAggregator(8, 1));
        vm.expectCall(receiver, "", 0);
        vm.startPrank(ALICE);
        minter.mint(1000e18, 0, receiver, NEVER);
        token.transfer(receiver, 1e18);
        vm.stopPrank();
    }
}
