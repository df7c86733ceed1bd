// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice Does everything that can be done to the dollar, in any order: mints, redemptions, runs, fees, prices that move and
/// gap, feeds that die and come back, time, parameters at their bounds. Counts on its own what must hold.
contract DollarHandler is DollarFixture {
    struct Take {
        uint256 time;
        uint256 amount;
        uint256 capacity;
    }

    uint256 public burned;
    uint256 public recapitalised;
    uint256 public reminted;
    uint256 public dollarsMinted;
    uint256 public dollarsBurned;

    /// @notice Breaches that the handler saw at the moment of the call, by invariant.
    uint256 public breachesI3;
    uint256 public breachesI4;
    uint256 public breachesI5;
    uint256 public breachesI6;
    uint256 public breachesQuote;

    /// @notice Calls that went through, by action, so that a walk can show that none is always refused.
    mapping(bytes32 action => uint256) public done;

    mapping(uint256 bucket => Take[]) private _takes;
    address[3] private _actors = [ALICE, BOB, address(0xCA401)];

    constructor() {
        _deployDollar();
        for (uint256 i = 0; i < _actors.length; ++i) {
            _giveToken(_actors[i], 60_000_000e18);
            vm.startPrank(_actors[i]);
            token.approve(address(minter), type(uint256).max);
            dollar.approve(address(ledger), type(uint256).max);
            vm.stopPrank();
        }
        token.setEmitter(address(this));
    }

    function system() external view returns (uint256 supply, uint256 credit, uint256 emissionLeft, uint256 dollars) {
        return (token.totalSupply(), minter.credit(), token.emissionLeft(), dollar.totalSupply());
    }

    /* HOLDERS */

    function mint(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 tokenIn = _bounded(amountSeed, 0, 3_000_000e18);
        if (tokenIn > token.balanceOf(actor)) return;
        IDollarMinter.Status memory before = minter.status();
        (IDollarMinter.MintRefusal refusal, uint256 quoted) = minter.quoteMint(uint128(tokenIn));
        uint256 wealth = _wealth(actor);
        vm.prank(actor);
        (bool success, bytes memory result) = address(minter).call(
            abi.encodeCall(minter.mint, (uint128(tokenIn), 0, actor, NEVER))
        );
        _sameAsQuoted(success, refusal == IDollarMinter.MintRefusal.None, result, quoted);
        if (success) _minted("mint", before, wealth, actor, tokenIn, quoted, 0);
    }

    function mintExact(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 out = _bounded(amountSeed, 0, 2_000_000e18);
        IDollarMinter.Status memory before = minter.status();
        (IDollarMinter.MintRefusal refusal, uint256 tokenIn) = minter.quoteMintExact(uint128(out));
        if (tokenIn > token.balanceOf(actor)) return;
        uint256 wealth = _wealth(actor);
        vm.prank(actor);
        (bool success, bytes memory result) = address(minter).call(
            abi.encodeCall(minter.mintExact, (uint128(out), type(uint128).max, actor, NEVER))
        );
        _sameAsQuoted(success, refusal == IDollarMinter.MintRefusal.None, result, tokenIn);
        if (success) _minted("mintExact", before, wealth, actor, tokenIn, out, 0);
    }

    function mintForLease(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 out = _bounded(amountSeed, 0, 3_000_000e18);
        IDollarMinter.Status memory before = minter.status();
        (IDollarMinter.MintRefusal refusal, uint256 tokenIn) = minter.quoteLeaseMint(uint128(out));
        if (tokenIn > token.balanceOf(actor)) return;
        uint256 wealth = _wealth(actor);
        vm.prank(MARKET);
        (bool success, bytes memory result) = address(minter).call(
            abi.encodeCall(minter.mintForLease, (actor, uint128(out), type(uint128).max, actor))
        );
        _sameAsQuoted(success, refusal == IDollarMinter.MintRefusal.None, result, tokenIn);
        uint256 leasePart = out < before.leaseMint.room ? out : before.leaseMint.room;
        if (success) _minted("mintForLease", before, wealth, actor, tokenIn, out, leasePart);
    }

    function redeem(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        _redeem(actor, _bounded(amountSeed, 0, dollar.balanceOf(actor)), IDollarMinter.Lane.Open);
    }

    function redeemEarned(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 amount = _bounded(amountSeed, 0, dollar.balanceOf(actor));
        if (actorSeed % 5 != 0) ledger.earn(actor, uint128(amount));
        _redeem(actor, amount, IDollarMinter.Lane.Earned);
    }

    /// @notice Everybody redeems as much as the lane lets them, day after day.
    function run(uint256 dayCount) external {
        dayCount = 1 + (dayCount % 4);
        for (uint256 i = 0; i < dayCount; ++i) {
            for (uint256 j = 0; j < _actors.length; ++j) {
                uint256 balance = dollar.balanceOf(_actors[j]);
                _redeem(_actors[j], balance < 1_000_000e18 ? balance : 1_000_000e18, IDollarMinter.Lane.Open);
            }
            vm.warp(block.timestamp + 1 days);
            _refresh();
        }
        ++done["run"];
    }

    function recapitalise(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 amount = _bounded(amountSeed, 1, 100_000e18);
        if (amount > token.balanceOf(actor)) return;
        (uint256 r, uint256 c) = (minter.credit(), dollar.totalSupply());
        vm.prank(actor);
        minter.recapitalise(uint128(amount));
        recapitalised += amount;
        _checkI3(r, c);
        ++done["recapitalise"];
    }

    function burnFees(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 amount = _bounded(amountSeed, 0, dollar.balanceOf(actor) / 20);
        if (amount == 0) return;
        vm.prank(actor);
        ledger.gatherFees(amount);
        (uint256 r, uint256 c) = (minter.credit(), dollar.totalSupply());
        (uint256 burnedFees, uint256 paid) = minter.burnFees();
        require(burnedFees + paid == amount, "fees lost");
        dollarsBurned += burnedFees;
        _checkI3(r, c);
        ++done["burnFees"];
    }

    /// @notice A holder's own burn, a donation and an emission change CARD's supply and not the credit.
    function tokenMoves(uint256 actorSeed, uint256 amountSeed) external {
        address actor = _actor(actorSeed);
        uint256 amount = _bounded(amountSeed, 1, 50_000e18);
        token.mintEmission(actor, amount);
        vm.startPrank(actor);
        token.burn(amount / 2);
        token.transfer(address(minter), amount / 8);
        vm.stopPrank();
        ++done["tokenMoves"];
    }

    /* THE WORLD */

    function movePrice(uint256 seed) external {
        // A drift of up to 20 % either way.
        uint256 price = (primaryPrice * (80 + (seed % 41))) / 100;
        _setPriceWithin(price, seed >> 16);
        ++done["movePrice"];
    }

    function gapPrice(uint256 seed) external {
        // Down by up to 95 % or up to ten times.
        uint256 price =
            seed % 2 == 0 ? (primaryPrice * (5 + ((seed >> 8) % 90))) / 100 : primaryPrice * (1 + ((seed >> 8) % 10));
        _setPriceWithin(price, seed >> 16);
        ++done["gapPrice"];
    }

    function breakFeed(uint256 seed) external {
        (seed % 2 == 0 ? primary : second).setFault(MockAggregator.Fault((seed / 2) % 7));
        oracle.poke();
        ++done["breakFeed"];
    }

    function mendFeeds() external {
        primary.setFault(MockAggregator.Fault.None);
        second.setFault(MockAggregator.Fault.None);
        _refresh();
        oracle.poke();
        ++done["mendFeeds"];
    }

    function passTime(uint256 seed) external {
        vm.warp(block.timestamp + (seed % 2 == 0 ? (seed >> 8) % 2 hours : (seed >> 8) % 3 days));
        if (seed % 8 != 7) _refresh(); // else the feeds grow old
        if (seed % 3 != 2) oracle.poke();
        ++done["passTime"];
    }

    function setParameters(uint256 seed) external {
        IDollarMinter.Parameters memory p;
        p.feeBps = seed % 2 == 0 ? 25 : 200;
        p.gateBps = (seed >> 1) % 2 == 0 ? 11_000 : 20_000;
        p.ceilingBps = (seed >> 2) % 2 == 0 ? 100 : 1500;
        (p.openMintBps, p.leaseMintBps) = (seed >> 3) % 2 == 0 ? (uint16(1000), uint16(0)) : (uint16(50), uint16(950));
        (p.openLaneBps, p.earnedLaneBps) = (seed >> 4) % 2 == 0 ? (uint16(500), uint16(0)) : (uint16(100), uint16(400));
        p.hardCeiling = (seed >> 5) % 4 == 0 ? 10_000_000 : 3_000_000_000;
        if ((seed >> 7) % 2 == 0) p = _defaultParameters();
        minter.setParameters(p);
        ++done["setParameters"];
    }

    /* INTERNAL */

    function _redeem(address actor, uint256 amount, IDollarMinter.Lane lane) private {
        IDollarMinter.Status memory before = minter.status();
        (IDollarMinter.RedeemRefusal refusal, uint256 quoted) = minter.quoteRedeem(uint128(amount), lane, actor);
        (uint256 wealth, uint256 r, uint256 c) = (_wealth(actor), minter.credit(), dollar.totalSupply());
        bytes memory data =
            lane == IDollarMinter.Lane.Open
                ? abi.encodeCall(minter.redeem, (uint128(amount), 0, actor, NEVER))
                : abi.encodeCall(minter.redeemEarned, (uint128(amount), 0, actor, NEVER));
        vm.prank(actor);
        (bool success, bytes memory result) = address(minter).call(data);
        _sameAsQuoted(success, refusal == IDollarMinter.RedeemRefusal.None, result, quoted);
        if (!success) return;

        reminted += quoted;
        dollarsBurned += amount;
        _checkI3(r, c);
        if (_wealth(actor) > wealth) ++breachesI6;
        bool open = lane == IDollarMinter.Lane.Open;
        _take(open ? 2 : 3, quoted, open ? before.openLane.capacity : before.earnedLane.capacity);
        ++done[open ? bytes32("redeem") : bytes32("redeemEarned")];
        if (before.state == IDollarMinter.State.Blind) ++done["redeemInBlind"];
    }

    function _minted(
        bytes32 action,
        IDollarMinter.Status memory before,
        uint256 wealth,
        address actor,
        uint256 tokenIn,
        uint256 out,
        uint256 leasePart
    ) private {
        burned += tokenIn;
        dollarsMinted += out;
        if (_wealth(actor) > wealth) ++breachesI6;
        // I4: credit * min(low, slow) >= gate * supply, from the tokens and the oracle.
        IPriceOracle.Reading memory price = oracle.peek();
        uint256 value = minter.credit() * (price.low < price.slow ? price.low : price.slow);
        if (value / 1e14 < minter.parameters().gateBps * dollar.totalSupply()) ++breachesI4;
        if (leasePart != 0) _take(1, leasePart, before.leaseMint.capacity);
        if (leasePart != out) _take(0, out - leasePart, before.openMint.capacity);
        ++done[action];
    }

    /// @dev I5, from what left alone: no take above the capacity of its time, and in any 24 hours at most two of the largest capacity
    /// of that time.
    function _take(uint256 bucket, uint256 amount, uint256 capacity) private {
        _takes[bucket].push(Take(block.timestamp, amount, capacity));
        if (amount > capacity) ++breachesI5;
        uint256 sum;
        uint256 largest;
        for (uint256 i = _takes[bucket].length; i != 0; --i) {
            Take memory taken = _takes[bucket][i - 1];
            if (taken.time + 1 days <= block.timestamp) break;
            sum += taken.amount;
            if (taken.capacity > largest) largest = taken.capacity;
        }
        if (sum > 2 * largest) ++breachesI5;
    }

    function _checkI3(uint256 r, uint256 c) private {
        if (minter.credit() * c < r * dollar.totalSupply()) ++breachesI3;
    }

    function _sameAsQuoted(bool success, bool allowed, bytes memory result, uint256 quoted) private {
        if (success != allowed) ++breachesQuote;
        if (success && abi.decode(result, (uint128)) != quoted) ++breachesQuote;
    }

    /// @dev In dollars at the higher of what the sources say (1e36 = a dollar): neither mint nor redeem may raise it. Blind pays at a
    /// recorded price, which may be below today's, so its exits are valued at the price that the oracle names.
    function _wealth(address actor) private view returns (uint256) {
        IPriceOracle.Reading memory price = oracle.peek();
        uint256 value = price.health == IPriceOracle.Health.Blind ? price.high : price.low;
        return dollar.balanceOf(actor) * 1e18 + token.balanceOf(actor) * value;
    }

    function _setPriceWithin(uint256 price, uint256 seed) private {
        if (price < 0.002e18) price = 0.002e18;
        if (price > 400e18) price = 400e18;
        // The second source is up to 7 % off, so that some are Skew.
        _setPrices(price, (price * (97 + (seed % 11))) / 100);
        oracle.poke();
    }

    function _actor(uint256 seed) private view returns (address) {
        return _actors[seed % _actors.length];
    }

    function _bounded(uint256 seed, uint256 least, uint256 most) private pure returns (uint256) {
        return most <= least ? most : least + (seed % (most - least + 1));
    }
}

contract DollarMinter_invariants_Test {
    uint256 private constant CAP = 1_000_000_000e18;
    uint256 private constant SEED = 30_000_000e18;

    DollarHandler private _handler;

    function setUp() public {
        _handler = new DollarHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_I1_SupplyCreditAndEmissionStayUnderTheCap() public view {
        (uint256 supply, uint256 credit, uint256 emissionLeft, ) = _handler.system();
        vm.assertLe(supply + credit + emissionLeft, CAP);
    }

    function invariant_I2_CreditIsWhatWasBurnedLessWhatWasReminted() public view {
        (, uint256 credit, , ) = _handler.system();
        vm.assertEq(credit, SEED + _handler.burned() + _handler.recapitalised() - _handler.reminted());
    }

    function invariant_DollarsAreWhatWasMintedLessWhatWasBurned() public view {
        (, , , uint256 dollars) = _handler.system();
        vm.assertEq(dollars, _handler.dollarsMinted() - _handler.dollarsBurned());
    }

    function invariant_I3_CreditPerDollarNeverFallsByThoseWhoLeave() public view {
        vm.assertEq(_handler.breachesI3(), 0);
    }

    function invariant_I4_NoMintLeavesBackingBelowTheGate() public view {
        vm.assertEq(_handler.breachesI4(), 0);
    }

    function invariant_I5_BucketsHoldTheirCapacity() public view {
        vm.assertEq(_handler.breachesI5(), 0);
    }

    function invariant_I6_NoCallAtUnchangedPricesProfits() public view {
        vm.assertEq(_handler.breachesI6(), 0);
    }

    function invariant_QuotesAreWhatHappens() public view {
        vm.assertEq(_handler.breachesQuote(), 0);
    }

    /// @dev The handler's own check: in a long walk every action goes through, so the invariants are not about nothing.
    function test_LongWalkTakesEveryActionAndKeepsI1ToI6() public {
        bytes32[17] memory actions = [
            bytes32("mint"),
            "mintExact",
            "mintForLease",
            "redeem",
            "redeemEarned",
            "run",
            "recapitalise",
            "burnFees",
            "tokenMoves",
            "movePrice",
            "gapPrice",
            "breakFeed",
            "mendFeeds",
            "passTime",
            "setParameters",
            "redeemInBlind",
            "redeem"
        ];
        uint256 random = 0xCA4D;
        for (uint256 i = 0; i < 1500; ++i) {
            random = uint256(keccak256(abi.encode(random)));
            _step(random % 24, random >> 32, random >> 64);
        }
        for (uint256 i = 0; i < actions.length; ++i) vm.assertGt(_handler.done(actions[i]), 0);
        invariant_I1_SupplyCreditAndEmissionStayUnderTheCap();
        invariant_I2_CreditIsWhatWasBurnedLessWhatWasReminted();
        invariant_DollarsAreWhatWasMintedLessWhatWasBurned();
        invariant_I3_CreditPerDollarNeverFallsByThoseWhoLeave();
        invariant_I4_NoMintLeavesBackingBelowTheGate();
        invariant_I5_BucketsHoldTheirCapacity();
        invariant_I6_NoCallAtUnchangedPricesProfits();
        invariant_QuotesAreWhatHappens();
    }

    function _step(uint256 action, uint256 a, uint256 b) private {
        if (action < 3) _handler.mint(a, b);
        else if (action < 6) _handler.mintExact(a, b);
        else if (action < 8) _handler.mintForLease(a, b);
        else if (action < 10) _handler.redeem(a, b);
        else if (action < 12) _handler.redeemEarned(a, b);
        else if (action == 12) _handler.recapitalise(a, b);
        else if (action == 13) _handler.burnFees(a, b);
        else if (action == 14) _handler.tokenMoves(a, b);
        else if (action < 17) _handler.movePrice(a);
        else if (action == 17) _handler.gapPrice(a);
        else if (action == 18) _handler.breakFeed(a);
        else if (action == 19) _handler.mendFeeds();
        else if (action < 23) _handler.passTime(a);
        else if (a % 3 == 0) _handler.run(b);
        else _handler.setParameters(a);
    }
}
