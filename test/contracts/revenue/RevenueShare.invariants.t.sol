// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

/// @title Random life of one card and its shares, one after the other, beside a model that only adds
/// @dev The model knows leases as (rate, start, end) and accounts as (balance, due). It never divides but to say what is owed.
contract ShareHandler is RevenueFixture {
    struct Series {
        IRevenueShare share;
        uint256 supply;
        uint256 activeFrom; // seconds; 0 until finalised with success
        uint256 termEnd;
        uint256 cum; // revenue up to the last touch
        uint256 claimed;
        uint256 spent; // CARD that left the share
    }

    struct Run {
        uint256 leaseId;
        uint256 rate; // of the holders
        uint256 start;
        uint256 end;
    }

    uint256 private constant LEAST_RATE = 1e12;

    uint256 public clock;
    Series[] private _series;
    Run[] private _runs;
    address[5] public actors;
    mapping(uint256 series => mapping(address account => uint256)) public due;
    mapping(uint256 series => mapping(address account => uint256)) public balance;
    mapping(uint256 series => mapping(address account => bool)) public held;
    mapping(bytes32 action => uint256) public done;

    /* MODEL */

    function setUp() public override {
        if (clock != 0) return;
        super.setUp();
        clock = START;
        actors = [OWNER, investor, SECOND, THIRD, STRANGER];
        for (uint256 i = 0; i < actors.length; ++i) token.transfer(actors[i], 1_000_000e18);
        _offer(7);
    }

    function count() external view returns (uint256) {
        return _series.length;
    }

    function series(uint256 index) external view returns (Series memory) {
        return _series[index];
    }

    /// @dev Revenue of a series at `clock`, lease by lease.
    function cumOf(uint256 index) public view returns (uint256 cum) {
        Series memory s = _series[index];
        if (s.activeFrom == 0) return 0;
        for (uint256 i = 0; i < _runs.length; ++i) {
            Run memory run = _runs[i];
            uint256 from = run.start > s.activeFrom ? run.start : s.activeFrom;
            uint256 to = run.end < clock ? run.end : clock;
            if (to > s.termEnd) to = s.termEnd;
            if (to > from) cum += run.rate * (to - from);
        }
    }

    function balances(uint256 index) external view returns (uint256 shares, uint256 dollars, uint256 paid) {
        address share = address(_series[index].share);
        (, paid) = ledger.holderOf(cardId, _series[index].share.number());
        return (token.balanceOf(share), dollar.balanceOf(share), paid);
    }

    /* TIME */

    function pass(uint256 seconds_) external {
        _pass(seconds_ % 3 days);
    }

    /* SALES */

    function offer(uint256 seed) external {
        _pass(seed % 1 hours);
        if (clock < _last().termEnd && registry.encumbrance(cardId).holder != address(0)) return;
        if (registry.card(cardId).operator == address(0)) return;
        _offer(seed);
        ++done["offer"];
    }

    function buy(uint256 actor, uint256 amount) external {
        _pass(amount % 1 hours);
        IRevenueShare share = _last().share;
        if (share.phase() != IRevenueShare.Phase.Sale) return;
        uint256 left = _last().supply - share.sold();
        amount = amount % 5 == 0 ? left : 1 + (amount % left);
        address buyer = _actor(actor);
        _buy(share, buyer, amount);
        _give(_series.length - 1, buyer, amount);
        ++done["buy"];
    }

    function finalise() external {
        _pass(0);
        Series storage s = _series[_series.length - 1];
        if (s.share.phase() != IRevenueShare.Phase.Ended) return;
        s.share.finalise();
        if (s.share.phase() == IRevenueShare.Phase.Failed) {
            ++done["fail"];
            return;
        }
        s.activeFrom = clock;
        address owner = registry.ownerOf(cardId);
        _give(_series.length - 1, owner, s.supply - s.share.sold());
        s.spent += (s.share.proceeds() * s.share.terms().upfrontBps) / 10_000;
        ++done["succeed"];
    }

    function refund(uint256 actor, uint256 which) external {
        _pass(0);
        (uint256 index, Series storage s) = _pick(which);
        if (s.share.phase() != IRevenueShare.Phase.Failed) return;
        address account = _payer(s.share, actor);
        uint256 paid = s.share.paidBy(account);
        if (paid == 0) return;
        _equal(s.share.refund(account), paid, "refund");
        balance[index][account] = 0;
        s.spent += paid;
        ++done["refund"];
    }

    /* HOLDERS */

    function transfer(uint256 from, uint256 to, uint256 amount, uint256 which) external {
        _pass(amount % 1 days);
        (uint256 index, Series storage s) = _pick(which);
        if (s.activeFrom == 0) return;
        address giver = _actor(from);
        uint256 movable = _movable(index, giver);
        amount = amount % 3 == 0 ? movable : amount % (movable + 1);
        vm.prank(giver);
        s.share.transfer(_actor(to), amount);
        balance[index][giver] -= amount;
        _give(index, _actor(to), amount);
        ++done["transfer"];
    }

    function claim(uint256 actor, uint256 kind, uint256 which) external {
        _pass(kind % 1 days);
        (uint256 index, Series storage s) = _pick(which);
        address account = _actor(actor);
        uint256 expected = due[index][account] / s.supply;
        uint256 amount;
        if (kind % 3 == 0) {
            amount = s.share.claimFor(account);
        } else {
            vm.prank(account);
            amount = kind % 3 == 1 ? s.share.claim() : factory.claimMany(_asList(s.share));
        }
        _equal(amount, expected, "claimed");
        due[index][account] -= amount * s.supply;
        s.claimed += amount;
        if (amount > 0) ++done["claim"];
    }

    function handIn(uint256 actor, uint256 amount, uint256 which) external {
        _pass(0);
        (uint256 index, Series storage s) = _pick(which);
        address account = _actor(actor);
        uint256 movable = _movable(index, account);
        if (s.share.phase() != IRevenueShare.Phase.Over || movable == 0) return;
        amount = 1 + (amount % movable);
        if (s.share.previewHandIn(amount) == 0) return;
        vm.prank(account);
        s.spent += s.share.handIn(amount);
        balance[index][account] -= amount;
        ++done["handIn"];
    }

    function release(uint256 which) external {
        _pass(0);
        (, Series storage s) = _pick(which);
        if (s.activeFrom == 0) return;
        uint256 amount = s.share.release();
        s.spent += amount;
        if (amount > 0) ++done["release"];
    }

    /* CARD */

    function rent(uint256 rate, uint256 thousandths, uint256 duration) external {
        _pass(rate % 1 hours);
        uint256[] memory running = ledger.runningLeases(cardId);
        uint256 free = 1_000;
        for (uint256 i = 0; i < running.length; ++i) free -= ledger.lease(running[i]).thousandths;
        duration = 10 minutes + (duration % 2 days);
        if (registry.encumbrance(cardId).holder != address(0) && clock < _last().termEnd) {
            if (clock + 10 minutes > _last().termEnd) return;
            if (clock + duration > _last().termEnd) duration = _last().termEnd - clock;
        }
        if (free == 0 || running.length == 8 || registry.card(cardId).operator == address(0)) return;
        thousandths = thousandths % 4 == 0 ? free : 1 + (thousandths % free);
        rate = LEAST_RATE + (rate % 1e16);
        uint256 leaseId = _rent(cardId, uint64(rate), uint16(thousandths), uint32(duration));
        uint256 holders = _holdersRate(rate, ledger.lease(leaseId).thousandths);
        _runs.push(Run(leaseId, holders, clock, clock + duration));
        ++done["rent"];
    }

    function stop(uint256 which, bool byOperator) external {
        _pass(which % 1 hours);
        (uint256 index, bool running) = _pickRun(which);
        if (!running) return;
        Run storage run = _runs[index];
        vm.prank(byOperator ? operator : RENTER);
        ledger.stop(run.leaseId);
        uint256 least = run.start + (byOperator ? 1 : 10 minutes);
        uint256 end = least > clock ? least : clock;
        if (end < run.end) run.end = end;
        ++done["stop"];
    }

    function extend(uint256 which, uint256 added) external {
        _pass(added % 1 hours);
        (uint256 index, bool running) = _pickRun(which);
        if (!running) return;
        Run storage run = _runs[index];
        added = 60 + (added % 1 days);
        (ILeaseLedger.LegRefusal refusal, , , ) = ledger.previewExtend(run.leaseId, uint32(added), RENTER);
        if (refusal != ILeaseLedger.LegRefusal.None) return;
        vm.prank(RENTER);
        ledger.extendBy(run.leaseId, uint32(added), 0, "");
        run.end += added;
        ++done["extend"];
    }

    function sellCard(uint256 seed) external {
        _pass(seed % 1 hours);
        address owner = registry.ownerOf(cardId);
        address buyer = seed % 2 == 0 ? OWNER : SECOND;
        if (owner == buyer) return;
        vm.prank(owner);
        registry.transferFrom(owner, buyer, cardId);
        vm.prank(buyer);
        registry.setOperator(cardId, operator, 1, 0, 0);
        ++done["sellCard"];
    }

    function poke(bool expire) external {
        _pass(0);
        ledger.collect(cardId);
        if (!expire || clock < _last().termEnd || registry.encumbrance(cardId).holder == address(0)) return;
        registry.expire(cardId);
        ++done["expire"];
    }

    /* INTERNAL */

    function _offer(uint256 seed) private {
        IRevenueShare.Terms memory terms = _terms();
        terms.supply = uint128(1e18 + (seed % (2 ** 80 - 1e18)));
        terms.price = uint128(1 + ((seed >> 80) % 1e16));
        terms.minimumRaise = uint128(terms.price + (((terms.supply - 1e18) / 1e18) * terms.price * 3) / 4);
        terms.promisedRevenue = uint128(1 + ((seed >> 120) % 5_000e18));
        (terms.floorRate, terms.upfrontBps) = (uint64(LEAST_RATE), uint16((seed >> 200) % 5_001));
        (terms.saleEnd, terms.term) = (uint40(clock + 4 days), uint40(6 days + ((seed >> 210) % 10 days)));
        IRevenueShare share = _tokenize(cardId, terms);
        _series.push(Series(share, terms.supply, 0, terms.saleEnd + terms.term, 0, 0, 0));
    }

    /// @dev Moves time and lets what accrued meanwhile fall due to who held.
    function _pass(uint256 seconds_) private {
        clock += seconds_;
        vm.warp(clock);
        for (uint256 i = 0; i < _series.length; ++i) {
            uint256 cum = cumOf(i);
            uint256 more = cum - _series[i].cum;
            _series[i].cum = cum;
            for (uint256 j = 0; j < actors.length; ++j) due[i][actors[j]] += balance[i][actors[j]] * more;
        }
    }

    function _give(uint256 index, address account, uint256 amount) private {
        balance[index][account] += amount;
        if (amount > 0) held[index][account] = true;
    }

    function _movable(uint256 index, address account) private view returns (uint256) {
        (address owner, uint256 shares) = _series[index].share.unsold();
        return account == owner ? balance[index][account] - shares : balance[index][account];
    }

    function _last() private view returns (Series storage) {
        return _series[_series.length - 1];
    }

    function _pick(uint256 seed) private view returns (uint256 index, Series storage picked) {
        index = seed % _series.length;
        picked = _series[index];
    }

    function _pickRun(uint256 seed) private view returns (uint256 index, bool running) {
        uint256[] memory ids = ledger.runningLeases(cardId);
        if (ids.length == 0) return (0, false);
        while (_runs[index].leaseId != ids[seed % ids.length]) ++index;
        running = true;
    }

    /// @dev The first of the actors from `seed` on who paid something, or any.
    function _payer(IRevenueShare share, uint256 seed) private view returns (address account) {
        seed = seed % actors.length;
        for (uint256 i = 0; i < actors.length; ++i) {
            account = _actor(seed + i);
            if (share.paidBy(account) > 0) return account;
        }
    }

    function _actor(uint256 seed) private view returns (address) {
        return actors[seed % actors.length];
    }
}

contract RevenueShareInvariantsTest {
    error Broken(string what, uint256 series, uint256 actual, uint256 expected);

    uint256 private constant ACTORS = 5;

    ShareHandler private handler;
    uint256[64] private _seen;

    function setUp() public {
        handler = new ShareHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_I9_RevenueIsTheModelsAndNeverFalls() public {
        vm.warp(handler.clock());
        for (uint256 i = 0; i < handler.count(); ++i) _checkRevenue(i);
    }

    function invariant_I10_ClaimedAndOwedNeverPassWhatAccrued() public {
        vm.warp(handler.clock());
        for (uint256 i = 0; i < handler.count(); ++i) _checkSum(i);
    }

    function invariant_I11_EachIsOwedWhatTheModelSays() public {
        vm.warp(handler.clock());
        for (uint256 i = 0; i < handler.count(); ++i) _checkEach(i);
    }

    function invariant_CardOfTheSaleIsConserved() public {
        vm.warp(handler.clock());
        for (uint256 i = 0; i < handler.count(); ++i) _checkMoney(i);
    }

    /// @dev The walk below shows that the handler gets everywhere: an action that is always skipped proves nothing.
    function test_TheHandlerGetsEverywhere() public {
        for (uint256 i = 0; i < 700; ++i) {
            _step(uint256(keccak256(abi.encode("walk", i))));
            if (i % 10 == 0) _checkAll();
        }
        bytes32[15] memory actions = [
            bytes32("offer"),
            "buy",
            "fail",
            "succeed",
            "refund",
            "transfer",
            "claim",
            "handIn",
            "release",
            "rent",
            "stop",
            "extend",
            "sellCard",
            "expire",
            "pass"
        ];
        for (uint256 i = 0; i < actions.length - 1; ++i) {
            require(handler.done(actions[i]) > 1, Broken(string(abi.encodePacked(actions[i])), i, 0, 2));
        }
        require(handler.count() > 3, Broken("series", 0, handler.count(), 4));
    }

    function _step(uint256 seed) private {
        uint256 action = seed % 15;
        (uint256 a, uint256 b) = (seed >> 8, seed >> 64);
        if (action == 0) handler.pass(a);
        else if (action == 1) handler.offer(a);
        else if (action == 2) handler.buy(a, b);
        else if (action == 3) handler.finalise();
        else if (action == 4) handler.refund(a, b);
        else if (action == 5) handler.transfer(a, a >> 16, b, seed >> 160);
        else if (action == 6) handler.claim(a, b, seed >> 160);
        else if (action == 7) handler.handIn(a, b, seed >> 160);
        else if (action == 8) handler.release(a);
        else if (action == 9) handler.rent(a, b, seed >> 160);
        else if (action == 10) handler.stop(a, b % 2 == 0);
        else if (action == 11) handler.extend(a, b);
        else if (action == 12) handler.sellCard(a);
        else if (action == 13) handler.poke(a % 2 == 0);
        else handler.buy(a, b);
    }

    function _checkAll() private {
        for (uint256 i = 0; i < handler.count(); ++i) {
            _checkRevenue(i);
            _checkSum(i);
            _checkEach(i);
            _checkMoney(i);
        }
    }

    function _checkRevenue(uint256 i) private {
        uint256 revenue = handler.series(i).share.revenue();
        require(revenue == handler.cumOf(i), Broken("revenue", i, revenue, handler.cumOf(i)));
        require(revenue >= _seen[i], Broken("revenue fell", i, revenue, _seen[i]));
        _seen[i] = revenue;
    }

    function _checkSum(uint256 i) private view {
        ShareHandler.Series memory s = handler.series(i);
        uint256 sum = s.claimed;
        uint256 holders;
        for (uint256 j = 0; j < ACTORS; ++j) {
            sum += s.share.claimable(handler.actors(j));
            if (handler.held(i, handler.actors(j))) ++holders;
        }
        uint256 accrued = handler.cumOf(i);
        require(sum <= accrued, Broken("claimed and owed", i, sum, accrued));
        require(sum == accrued || accrued - sum < holders, Broken("gap", i, accrued - sum, holders));
        (, , uint256 paid) = handler.balances(i);
        require(paid == s.claimed, Broken("paid by the ledger", i, paid, s.claimed));
    }

    function _checkEach(uint256 i) private view {
        ShareHandler.Series memory s = handler.series(i);
        uint256 more = handler.cumOf(i) - s.cum;
        uint256 sum;
        for (uint256 j = 0; j < ACTORS; ++j) {
            address actor = handler.actors(j);
            uint256 balance = handler.balance(i, actor);
            uint256 owed = (handler.due(i, actor) + balance * more) / s.supply;
            require(s.share.claimable(actor) == owed, Broken("owed", i, s.share.claimable(actor), owed));
            require(s.share.balanceOf(actor) == balance, Broken("held", i, s.share.balanceOf(actor), balance));
            sum += balance;
        }
        require(s.share.totalSupply() == sum, Broken("supply", i, s.share.totalSupply(), sum));
    }

    function _checkMoney(uint256 i) private view {
        ShareHandler.Series memory s = handler.series(i);
        (uint256 cards, uint256 dollars, ) = handler.balances(i);
        uint256 expected = s.share.proceeds() - s.spent;
        require(cards == expected, Broken("CARD", i, cards, expected));
        require(dollars == 0, Broken("cfUSD", i, dollars, 0));
        if (s.activeFrom == 0) return;
        (uint256 vested, uint256 released) = s.share.vested();
        require(released <= vested, Broken("released", i, released, vested));
        require(cards >= vested - released, Broken("vested", i, cards, vested - released));
    }
}
