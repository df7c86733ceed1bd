// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

/// @notice Does at random what users do, and keeps its own books of it: plain lists of leases and of who held which
/// card when, from which everything that is owed follows second by second. It encumbers cards as the share factory
/// does.
contract RentHandler is CardflowFixture {
    struct Rent {
        uint256 id;
        uint256 card;
        address renter;
        address node;
        uint256 askRate;
        uint256 gross;
        uint256 fee;
        uint256 nodeShare;
        uint256 holders;
        uint256 thousandths;
        uint256 least; // seconds
        uint256 start;
        uint256 end;
        uint256 settled; // node and fee are paid up to here
        uint256 deposited;
        uint256 refunded;
    }

    /// @dev From `from` to the next span the card's revenue is counted under `number`, and the card is the owner's.
    struct Span {
        uint256 from;
        address owner;
        uint16 number;
    }

    struct Order {
        IRentalMarket.Bid bid;
        uint256 taken;
        bool dead; // cancelled, or of an old counter
    }

    Rent[] internal rents;
    Order[] private orders;
    address[] internal people;
    uint256[] internal cards;
    mapping(uint256 card => Span[]) private spans;
    mapping(uint256 card => uint256) private ownerPaidUntil;
    mapping(uint256 card => mapping(uint16 number => uint256)) private claimed;
    mapping(uint256 leaseId => bool) private known;
    mapping(address account => uint256) private balances;
    mapping(address account => uint256) private earnings;
    uint256 private fees;
    uint256 internal donated;
    uint256 private entropy;

    constructor() {
        people = [owner, stranger, operator, otherOperator, renter, otherRenter];
        for (uint256 i; i < people.length; ++i) {
            token.transfer(people[i], 50_000e18);
            vm.startPrank(people[i]);
            token.approve(address(minter), MOST);
            token.approve(address(staking), MOST);
            vm.stopPrank();
        }
        for (uint256 i; i < 4; ++i) _addCard(i);
        registry.setEncumbrancer(address(this), true);
    }

    modifier seeded(uint256 seed) {
        entropy = seed;
        _;
    }

    /* RENTERS */

    function matchBid(uint256 seed) external seeded(seed) {
        IRentalMarket.Bid memory bid = _bid();
        bid.renter = _person();
        bid.counter = market.counterOf(bid.renter);
        bid.quantity = uint8(1 + _next(3));
        bid.minQuantity = uint8(1 + _next(bid.quantity));
        bid.sameHost = bid.quantity == bid.minQuantity && _next(2) == 0;
        bid.thousandths = _share();
        bid.duration = uint32(10 minutes + _next(2 days));
        bid.maxRatePerSecond = uint64(RATE + _next(RATE));
        bid.matcherFee = uint96(_next(1e18));
        (bid.payInToken, bid.maxTokenIn) = (_next(4) == 0, type(uint128).max);
        orders.push();
        Order storage order = orders[orders.length - 1];
        order.bid = bid;
        _matchOrder(order);
    }

    /// @dev Any older bid is tried again: what is filled, cancelled or bumped must not fill (I14).
    function matchOldBid(uint256 seed) external seeded(seed) {
        if (orders.length != 0) _matchOrder(orders[_next(orders.length)]);
    }

    function take(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        if (registry.card(card).operator == address(0)) return;
        IRentalMarket.Ask memory ask = _anyAsk(card);
        bytes memory signature = _signed(ask);
        IRentalMarket.Take memory take_ = _take(_share(), uint32(10 minutes + _next(2 days)));
        (take_.payInToken, take_.maxTokenIn) = (_next(4) == 0, type(uint128).max);
        address account = _person();
        _topUp(account);
        IRentalMarket.MatchPreview memory preview = market.previewTake(ask, signature, take_, account);
        vm.prank(account);
        (bool success, bytes memory answer) = address(market).call(
            abi.encodeCall(market.takeAsk, (ask, signature, take_, ""))
        );
        vm.assertEq(success, preview.refusal == IRentalMarket.MatchRefusal.None);
        if (!success) return;
        uint256 leaseId = abi.decode(answer, (uint256));
        _begin(leaseId, account, ask, take_.thousandths, take_.duration, preview.feeBps);
        _pay(account, rents[rents.length - 1].deposited, take_.payInToken);
    }

    function stop(uint256 seed) external seeded(seed) {
        if (rents.length == 0) return;
        Rent storage rent = rents[_next(rents.length)];
        uint256 who = _next(8);
        address by =
            who == 0
                ? _person()
                : who < 5
                    ? rent.renter
                    : rent.node;
        vm.prank(by);
        (bool success, bytes memory answer) = address(ledger).call(abi.encodeCall(ledger.stop, (rent.id)));
        bool party = by == rent.renter || by == rent.node;
        vm.assertEq(success, party && rent.end > block.timestamp);
        if (!success) return;
        uint256 least = rent.start + (by == rent.renter ? rent.least : 1);
        uint256 end = block.timestamp > least ? block.timestamp : least;
        if (end > rent.end) end = rent.end;
        (uint40 newEnd, uint256 refund) = abi.decode(answer, (uint40, uint256));
        vm.assertEq(newEnd, end);
        vm.assertEq(refund, rent.gross * (rent.end - end));
        rent.end = end;
        rent.refunded += refund;
        balances[rent.renter] += refund;
    }

    function extend(uint256 seed) external seeded(seed) {
        if (rents.length == 0) return;
        Rent storage rent = rents[_next(rents.length)];
        uint32 added = uint32(30 + _next(1 days));
        address payer = _next(3) == 0 ? _person() : rent.renter;
        _topUp(payer);
        (bool previewed, bytes memory preview) = address(ledger).staticcall(
            abi.encodeCall(ledger.previewExtend, (rent.id, added, payer))
        );
        vm.prank(payer);
        (bool success, bytes memory answer) = address(ledger).call(
            abi.encodeCall(ledger.extendBy, (rent.id, added, MOST, ""))
        );
        if (!previewed) {
            vm.assertTrue(!success && (rent.end <= block.timestamp || added < 60));
            return;
        }
        vm.assertTrue(rent.end > block.timestamp && added >= 60);
        (ILeaseLedger.LegRefusal refusal, ILeaseLedger.PaymentRefusal payment, uint256 paid, uint256 tokenIn) = abi
            .decode(preview, (ILeaseLedger.LegRefusal, ILeaseLedger.PaymentRefusal, uint256, uint256));
        vm.assertEq(success, refusal == ILeaseLedger.LegRefusal.None && payment == ILeaseLedger.PaymentRefusal.None);
        if (!success) return;
        vm.assertEq(paid, rent.gross * added);
        vm.assertEq(abi.decode(answer, (uint40)), rent.end + added);
        rent.end += added;
        rent.deposited += paid;
        _pay(payer, paid, tokenIn != 0);
    }

    /* ACCOUNTS */

    function deposit(uint256 seed) external seeded(seed) {
        _put(_person(), 1 + _next(100e18));
    }

    function withdraw(uint256 seed) external seeded(seed) {
        address account = _person();
        uint256 amount = _next(balances[account] + 2);
        address to = _person();
        bool bySignature = _next(2) == 0;
        bytes memory call_ = abi.encodeCall(ledger.withdraw, (amount, to));
        if (bySignature) call_ = _signedWithdrawal(account, amount, to);
        vm.prank(bySignature ? matcher : account);
        (bool success, ) = address(ledger).call(call_);
        vm.assertEq(success, amount != 0 && amount <= balances[account]);
        if (success) balances[account] -= amount;
    }

    function cancelOrBump(uint256 seed) external seeded(seed) {
        if (orders.length == 0) return;
        Order storage order = orders[_next(orders.length)];
        address maker = order.bid.renter;
        if (_next(3) == 0) {
            vm.prank(maker);
            market.bump();
            for (uint256 i; i < orders.length; ++i) if (orders[i].bid.renter == maker) orders[i].dead = true;
        } else if (market.orderState(maker, order.bid.salt) != 255) {
            vm.prank(maker);
            market.cancel(order.bid.salt);
            order.dead = true;
        }
    }

    function redeemEarned(uint256 seed) external seeded(seed) {
        address account = _person();
        uint256 most = dollar.balanceOf(account);
        if (most > earnings[account] + 1e18) most = earnings[account] + 1e18;
        if (most <= 1e18) return;
        uint128 amount = uint128(1e18 + _next(most - 1e18));
        vm.prank(account);
        try minter.redeemEarned(amount, 0, account, type(uint40).max) {
            vm.assertLe(amount, earnings[account]);
            earnings[account] -= amount;
        } catch {}
    }

    /* ANYONE */

    function collect(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        ledger.collect(card);
        _collected(card);
    }

    function collectAll(uint256 seed) external seeded(seed) {
        uint256[] memory list = new uint256[](cards.length + 1);
        for (uint256 i; i < cards.length; ++i) list[i] = cards[i];
        list[cards.length] = _card();
        ledger.collectMany(list);
        for (uint256 i; i < cards.length; ++i) _collected(cards[i]);
    }

    function burnFees() external {
        if (fees == 0) return;
        minter.burnFees();
        fees = 0;
    }

    function donate(uint256 seed) external seeded(seed) {
        uint256 amount = 1 + _next(1e18);
        dollar.transfer(address(ledger), amount);
        donated += amount;
    }

    /// @dev Some time, or to the very second in which a lease ends, or the one before.
    function pass(uint256 seed) external seeded(seed) {
        uint256 time = _next(3) == 0 ? _next(2 days) : _next(2 hours);
        if (rents.length != 0 && _next(2) == 0) {
            uint256 end = rents[_next(rents.length)].end - _next(2);
            if (end > block.timestamp && end < block.timestamp + 2 days) time = end - block.timestamp;
        }
        _pass(time);
    }

    /* OWNERS, NODES AND HOLDERS */

    function transferCard(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        address from = registry.ownerOf(card);
        address to = _person();
        vm.prank(from);
        registry.transferFrom(from, to, card);
        _checkpointed(card, to);
        if (_next(4) != 0) _nameOperator(card, to);
    }

    function nameOperator(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        _nameOperator(card, registry.ownerOf(card));
    }

    function encumber(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        if (registry.card(card).state != ICardRegistry.CardState.Verified) return;
        ICardRegistry.Encumbrance memory encumbrance = registry.encumbrance(card);
        uint40 termEnd = registry.limits(card).termEnd;
        if (encumbrance.holder == address(0)) {
            uint40 saleEnd = uint40(block.timestamp + _next(1 days));
            termEnd = saleEnd + uint40(1 + _next(4 days));
            if (_lastEnd(card) > termEnd) return;
            registry.encumber(card, address(this), uint64(_next(2) * _next(RATE)), 0, saleEnd, termEnd);
        } else if (block.timestamp >= termEnd) {
            registry.expire(card);
            if (encumbrance.active) _checkpointed(card, registry.ownerOf(card));
        } else if (!encumbrance.active && _next(3) == 0) {
            registry.release(card);
        } else if (!encumbrance.active) {
            registry.activate(card);
            _checkpointed(card, registry.ownerOf(card));
        }
    }

    function payRevenue(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        uint16 number = uint16(1 + 2 * _next(3));
        (address holder, ) = ledger.holderOf(card, number);
        uint256 available = _revenue(card, number) - claimed[card][number];
        uint256 amount = _next(available + 2);
        address account = _person();
        bool toWallet = _next(2) == 0;
        (bool success, ) = address(ledger).call(
            abi.encodeCall(ledger.payRevenue, (card, number, toWallet, amount, account))
        );
        vm.assertEq(success, holder == address(this) && amount <= available);
        if (!success) return;
        claimed[card][number] += amount;
        earnings[account] += amount;
        if (!toWallet) balances[account] += amount;
    }

    function retire(uint256 seed) external seeded(seed) {
        uint256 index = _next(cards.length);
        uint256 card = cards[index];
        if (_next(4) != 0 || _lastEnd(card) > block.timestamp) return;
        if (registry.encumbrance(card).holder != address(0)) return;
        if (registry.card(card).state != ICardRegistry.CardState.Verified || cards.length > 6) return;
        address cardOwner = registry.ownerOf(card);
        vm.prank(cardOwner);
        registry.retire(card);
        _checkpointed(card, cardOwner);
        _addCard(index);
    }

    function moveBond(uint256 seed) external seeded(seed) {
        uint256 card = _card();
        address node = _next(2) == 0 ? operator : otherOperator;
        uint256 active = staking.bondOf(card, node).active;
        if (_next(3) == 0 && active != 0) {
            vm.prank(node);
            staking.requestUnstake(card, 1 + _next(active));
        } else if (token.balanceOf(node) > 1_000e18) {
            vm.prank(node);
            staking.stake(card, 1_000e18);
        }
    }

    /* GOVERNANCE */

    function changeFees(uint256 seed) external seeded(seed) {
        uint16 feeBps = uint16(_next(1001));
        market.setParameters(IRentalMarket.MarketParameters(feeBps, uint16(_next(feeBps + 1)), 1 hours));
    }

    /* WHAT IS OWED, BY THE HANDLER'S BOOKS */

    function assertI7() external view {
        uint256 sum = fees + donated;
        uint256 held = ledger.gatheredFees() + donated;
        vm.assertEq(ledger.gatheredFees(), fees, "fees");
        for (uint256 i; i < people.length; ++i) {
            ILeaseLedger.Account memory account = ledger.accountOf(people[i]);
            vm.assertEq(account.balance, balances[people[i]], "balance");
            vm.assertEq(account.earned, earnings[people[i]], "earned");
            (sum, held) = (sum + balances[people[i]], held + account.balance);
        }
        vm.assertEq(_balance(matcher), balances[matcher], "matcher");
        (sum, held) = (sum + balances[matcher], held + balances[matcher]);
        for (uint256 i; i < rents.length; ++i) {
            Rent storage rent = rents[i];
            sum += rent.gross * _left(rent) + (rent.fee + rent.nodeShare) * _unsettled(rent);
        }
        for (uint256 i; i < cards.length; ++i) {
            (uint256 fee, uint256 node, uint256 owned) = ledger.collectable(cards[i]);
            vm.assertEq(fee + node, _owedToNodesAndFees(cards[i]), "node and fee");
            vm.assertEq(owned, _owedToOwner(cards[i]), "owner");
            sum += owned + _owedToHolders(cards[i]);
            held += fee + node + _escrowOf(cards[i]) + owned + _owedToHolders(cards[i]);
        }
        vm.assertEq(dollar.balanceOf(address(ledger)), sum, "held is what is owed");
        vm.assertEq(dollar.balanceOf(address(ledger)), held, "held is what the views say");
    }

    function assertI8() external view {
        for (uint256 i; i < rents.length; ++i) {
            Rent storage rent = rents[i];
            vm.assertEq(rent.deposited - rent.refunded, rent.gross * (rent.end - rent.start), "deposited");
            vm.assertEq(rent.gross, rent.fee + rent.nodeShare + rent.holders, "split");
            ILeaseLedger.Lease memory lease = ledger.lease(rent.id);
            if (lease.renter == address(0)) {
                vm.assertLe(rent.end, block.timestamp, "a running lease is gone");
                continue;
            }
            vm.assertEq(lease.end, rent.end, "end");
            vm.assertEq(lease.rate, rent.gross, "gross");
            vm.assertEq(lease.feeRate, rent.fee, "fee");
            vm.assertEq(lease.nodeRate, rent.nodeShare, "node");
            vm.assertEq(lease.holdersRate, rent.holders, "holders");
        }
    }

    function assertI9() external view {
        for (uint256 i; i < cards.length; ++i) {
            for (uint16 number; number < 12; ++number) {
                uint256 revenue = ledger.accruedRevenueOf(cards[i], number);
                vm.assertEq(revenue, _revenue(cards[i], number), "revenue");
            }
        }
    }

    function assertI13() external view {
        for (uint256 i; i < cards.length; ++i) {
            uint256 running;
            uint256 thousandths;
            uint256[2] memory rates;
            for (uint256 j; j < rents.length; ++j) {
                Rent storage rent = rents[j];
                if (rent.card != cards[i] || rent.end <= block.timestamp) continue;
                running += 1;
                thousandths += rent.thousandths;
                rates[rent.node == operator ? 0 : 1] += rent.gross;
            }
            vm.assertLe(running, 8, "places");
            vm.assertLe(thousandths, 1000, "thousandths");
            vm.assertEq(ledger.runningLeases(cards[i]).length, running, "running");
            vm.assertEq(ledger.operatorRateOf(cards[i], operator), rates[0], "rate of a node");
            vm.assertEq(ledger.operatorRateOf(cards[i], otherOperator), rates[1], "rate of the other node");
        }
    }

    function assertI14() external view {
        for (uint256 i; i < orders.length; ++i) {
            Order storage order = orders[i];
            vm.assertLe(order.taken, order.bid.quantity, "filled");
            uint8 state = market.orderState(order.bid.renter, order.bid.salt);
            vm.assertTrue(state == order.taken || state == 255, "state");
        }
    }

    /* INTERNAL: ORDERS */

    function _matchOrder(Order storage order) private {
        IRentalMarket.Bid memory bid = order.bid;
        _topUp(bid.renter);
        IRentalMarket.Ask[] memory asks = _someAsks();
        bytes memory bidSignature = _signed(bid);
        bytes[] memory signatures = _signed(asks);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(bid, bidSignature, asks, signatures, matcher);
        vm.prank(matcher);
        (bool success, bytes memory answer) = address(market).call(
            abi.encodeCall(market.matchOrders, (bid, bidSignature, asks, signatures, ""))
        );
        vm.assertEq(success, preview.refusal == IRentalMarket.MatchRefusal.None);
        if (!success) return;
        vm.assertTrue(!order.dead && block.timestamp <= bid.validUntil, "a dead order filled");
        uint256[] memory leaseIds = abi.decode(answer, (uint256[]));
        vm.assertTrue(leaseIds.length >= bid.minQuantity || order.taken + leaseIds.length == bid.quantity);
        order.taken += leaseIds.length;
        uint256 due = uint256(bid.matcherFee) * leaseIds.length;
        balances[matcher] += due;
        uint256 k;
        for (uint256 i; i < asks.length; ++i) {
            if (preview.legs[i] != ILeaseLedger.LegRefusal.None) continue;
            vm.assertLe(asks[i].ratePerSecond, bid.maxRatePerSecond, "I15");
            _begin(leaseIds[k++], bid.renter, asks[i], bid.thousandths, bid.duration, preview.feeBps);
            due += rents[rents.length - 1].deposited;
        }
        vm.assertEq(k, leaseIds.length);
        _pay(bid.renter, due, bid.payInToken);
    }

    function _someAsks() private returns (IRentalMarket.Ask[] memory asks) {
        asks = new IRentalMarket.Ask[](cards.length);
        uint256 count;
        for (uint256 i; i < cards.length; ++i) {
            if (registry.card(cards[i]).operator != address(0) && _next(4) != 0) asks[count++] = _anyAsk(cards[i]);
        }
        assembly ("memory-safe") {
            mstore(asks, count)
        }
    }

    function _anyAsk(uint256 card) private returns (IRentalMarket.Ask memory ask) {
        ask = _ask(card);
        ask.ratePerSecond = uint64(_next(5) == 0 ? 1 + _next(1000) : 1 + _next(2 * uint256(RATE)));
        ask.minDuration = uint32(60 * (10 + _next(51)));
        ask.maxDuration = uint32(3600 * (1 + _next(100)));
    }

    function _share() private returns (uint16) {
        uint256 kind = _next(4);
        return
            uint16(
                kind == 0
                    ? 1000
                    : kind == 1
                        ? 1 + _next(125)
                        : 1 + _next(600)
            );
    }

    /* INTERNAL: BOOKS */

    function _begin(
        uint256 leaseId,
        address account,
        IRentalMarket.Ask memory ask,
        uint256 asked,
        uint256 duration,
        uint256 feeBps
    ) private {
        vm.assertFalse(known[leaseId]);
        known[leaseId] = true;
        _settleOver(ask.cardId);
        if (registry.revenueNumber(ask.cardId) != spans[ask.cardId][spans[ask.cardId].length - 1].number) {
            _termEnded(ask.cardId);
        }
        uint256 m = RentModel.held(asked, _free(ask.cardId));
        RentModel.Rates memory rates = RentModel.rates(ask.ratePerSecond, m, feeBps);
        rents.push();
        Rent storage rent = rents[rents.length - 1];
        (rent.id, rent.card, rent.renter, rent.node) = (leaseId, ask.cardId, account, ask.operator);
        (rent.askRate, rent.gross, rent.fee) = (ask.ratePerSecond, rates.gross, rates.fee);
        (rent.nodeShare, rent.holders) = (rates.node, rates.holders);
        (rent.thousandths, rent.least) = (m, ask.minDuration);
        (rent.start, rent.end) = (block.timestamp, block.timestamp + duration);
        rent.settled = block.timestamp;
        rent.deposited = rates.gross * duration;
        vm.assertGe(ask.ratePerSecond, registry.leasingTerms(ask.cardId).floorRate, "I15");
    }

    /// @dev A match frees a card whose term is over; the ledger's number moves only if a holder's had begun.
    function _termEnded(uint256 card) private {
        if (ledger.revenueNumber(card) == spans[card][spans[card].length - 1].number) return;
        spans[card].push(Span(block.timestamp, registry.ownerOf(card), registry.revenueNumber(card)));
    }

    function _pay(address account, uint256 due, bool inToken) private {
        uint256 minted = inToken ? (due < 1e18 ? 1e18 : due) : 0;
        balances[account] = balances[account] + minted - due;
    }

    function _collected(uint256 card) private {
        for (uint256 i; i < rents.length; ++i) if (rents[i].card == card) _settle(rents[i]);
        _payOwner(card);
    }

    function _checkpointed(uint256 card, address newOwner) private {
        if (registry.card(card).state == ICardRegistry.CardState.Registered) return;
        _settleOver(card);
        _payOwner(card);
        spans[card].push(Span(block.timestamp, newOwner, registry.revenueNumber(card)));
    }

    function _settleOver(uint256 card) private {
        for (uint256 i; i < rents.length; ++i) {
            if (rents[i].card == card && rents[i].end <= block.timestamp) _settle(rents[i]);
        }
    }

    function _settle(Rent storage rent) private {
        uint256 time = _unsettled(rent);
        rent.settled += time;
        fees += rent.fee * time;
        balances[rent.node] += rent.nodeShare * time;
        earnings[rent.node] += rent.nodeShare * time;
    }

    function _payOwner(uint256 card) private {
        Span[] storage list = spans[card];
        address payee = list[list.length - 1].owner;
        uint256 owed = _owedToOwner(card);
        balances[payee] += owed;
        earnings[payee] += owed;
        ownerPaidUntil[card] = block.timestamp;
    }

    function _unsettled(Rent storage rent) private view returns (uint256) {
        return RentModel.overlap(rent.start, rent.end, rent.settled, block.timestamp);
    }

    function _left(Rent storage rent) private view returns (uint256) {
        return rent.end > block.timestamp ? rent.end - block.timestamp : 0;
    }

    function _owedToNodesAndFees(uint256 card) private view returns (uint256 owed) {
        for (uint256 i; i < rents.length; ++i) {
            if (rents[i].card == card) owed += (rents[i].fee + rents[i].nodeShare) * _unsettled(rents[i]);
        }
    }

    function _escrowOf(uint256 card) private view returns (uint256 escrow) {
        uint256[] memory ids = ledger.runningLeases(card);
        for (uint256 i; i < ids.length; ++i) {
            ILeaseLedger.Lease memory lease = ledger.lease(ids[i]);
            escrow += uint256(lease.rate) * (lease.end - block.timestamp);
        }
    }

    /// @dev Since it was last paid, in the spans of the owner's numbers.
    function _owedToOwner(uint256 card) private view returns (uint256 owed) {
        Span[] storage list = spans[card];
        for (uint256 i; i < list.length; ++i) {
            if (list[i].number & 1 == 1) continue;
            uint256 from = list[i].from > ownerPaidUntil[card] ? list[i].from : ownerPaidUntil[card];
            uint256 to = i + 1 < list.length ? list[i + 1].from : block.timestamp;
            owed += _accrued(card, from, to);
        }
    }

    function _owedToHolders(uint256 card) private view returns (uint256 owed) {
        for (uint16 number = 1; number < 12; number += 2) owed += _revenue(card, number) - claimed[card][number];
    }

    function _revenue(uint256 card, uint16 number) private view returns (uint256 revenue) {
        Span[] storage list = spans[card];
        for (uint256 i; i < list.length; ++i) {
            if (list[i].number != number) continue;
            revenue += _accrued(card, list[i].from, i + 1 < list.length ? list[i + 1].from : block.timestamp);
        }
    }

    function _accrued(uint256 card, uint256 from, uint256 to) private view returns (uint256 accrued) {
        for (uint256 i; i < rents.length; ++i) {
            Rent storage rent = rents[i];
            if (rent.card == card) accrued += rent.holders * RentModel.overlap(rent.start, rent.end, from, to);
        }
    }

    function _free(uint256 card) private view returns (uint256 free) {
        free = 1000;
        for (uint256 i; i < rents.length; ++i) {
            if (rents[i].card == card && rents[i].end > block.timestamp) free -= rents[i].thousandths;
        }
    }

    function _lastEnd(uint256 card) private view returns (uint256 last) {
        for (uint256 i; i < rents.length; ++i) {
            if (rents[i].card == card && rents[i].end > last) last = rents[i].end;
        }
    }

    /* INTERNAL: PEOPLE AND CARDS */

    function _addCard(uint256 index) private {
        ICardRegistry.Registration memory registration = _registration(index % 3 == 2 ? otherOperator : operator);
        if (index == 3) registration.longestHours = 40;
        uint256 card = _newCard(registration);
        cards.push(card);
        spans[card].push(Span(0, owner, 0));
        vm.prank(registration.operator);
        token.approve(address(staking), MOST);
    }

    function _nameOperator(uint256 card, address cardOwner) private {
        if (registry.card(card).state != ICardRegistry.CardState.Verified) return;
        address node = _next(3) == 0 ? otherOperator : operator;
        uint64 floor = uint64(_next(3) == 0 ? _next(RATE) : 0);
        vm.prank(cardOwner);
        registry.setOperator(card, node, HOST, floor, uint16(_next(3) == 0 ? 1 + _next(60) : 0));
        if (staking.bondOf(card, node).active == 0 && token.balanceOf(node) > 2_000e18) {
            vm.prank(node);
            staking.stake(card, 2_000e18);
        }
    }

    function _topUp(address account) private {
        if (balances[account] < 1_500e18) _put(account, 1_500e18);
    }

    function _put(address account, uint256 amount) private {
        if (dollar.balanceOf(address(this)) < amount) return;
        _deposit(account, amount);
        balances[account] += amount;
    }

    function _person() private returns (address) {
        return people[_next(people.length)];
    }

    function _card() private returns (uint256) {
        return cards[_next(cards.length)];
    }

    function _next(uint256 below) internal returns (uint256) {
        entropy = uint256(keccak256(abi.encode(entropy)));
        return entropy % below;
    }
}

contract LeaseLedgerInvariantTest {
    RentHandler private handler;

    function setUp() public {
        handler = new RentHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The ledger's cfUSD is balances, unspent escrow, what accrued and is not collected, fees and gifts, to
    /// the wei.
    function invariant_I7_HeldIsOwedToTheWei() public view {
        handler.assertI7();
    }

    /// @notice Per lease: paid + refunded = deposited.
    function invariant_I8_EveryLeaseIsPaidOut() public view {
        handler.assertI8();
    }

    /// @notice The revenue of every number is what its leases earned in its time, which lists that only grow give: it
    /// never falls, and stays once frozen.
    function invariant_I9_RevenueOfEveryNumber() public view {
        handler.assertI9();
    }

    /// @notice At most eight leases and 1000 thousandths run on a card.
    function invariant_I13_PlacesAndThousandths() public view {
        handler.assertI13();
    }

    /// @notice Filled ≤ quantity, and dead orders never fill; leases run at the ask's rate, within bid and floor (I15).
    function invariant_I14_I15_Orders() public view {
        handler.assertI14();
    }
}
