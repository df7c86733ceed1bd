// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {RecordingLedger} from "../support/RecordingLedger.sol";
import {vm} from "../support/Vm.sol";

/// @notice Registers, verifies, sells, encumbers, activates, releases, expires and retires cards, and remembers what
/// the ledger was told of each.
contract CardHandler is CardFixture {
    uint256 public constant CARDS = 4;

    struct Seen {
        uint16 number;
        uint32 epoch;
        address holder;
    }

    mapping(uint256 cardId => Seen) private _seen;
    uint256 public activations;
    uint256 public expiries;
    uint256 public sales;
    bool public broken;

    constructor() {
        for (uint256 i = 0; i < CARDS; ++i) _verified();
    }

    function cards() external view returns (CardRegistry, RecordingLedger) {
        return (registry, ledger);
    }

    function sell(uint256 card, uint160 to) external {
        uint256 cardId = 1 + (card % CARDS);
        address owner = registry.ownerOf(cardId);
        vm.prank(owner);
        registry.transferFrom(owner, address(1 + (to % 1000)), cardId);
        ++sales;
        _look(cardId, true);
    }

    function nameOperator(uint256 card, uint64 floorRate, uint16 longestHours) external {
        uint256 cardId = 1 + (card % CARDS);
        vm.prank(registry.ownerOf(cardId));
        registry.setOperator(cardId, NODE, 1, floorRate, longestHours);
        _look(cardId, true);
    }

    function encumber(uint256 card, uint160 holder, uint32 sale, uint32 term) external {
        uint256 cardId = 1 + (card % CARDS);
        ICardRegistry.Encumbrance memory before = registry.encumbrance(cardId);
        uint40 oldEnd = registry.limits(cardId).termEnd;
        uint40 saleEnd = uint40(block.timestamp) + (sale % 30 days);
        uint40 termEnd = saleEnd + 1 + (term % 100 days);
        try registry.encumber(cardId, address(1 + (holder % 1000)), 9, 9, saleEnd, termEnd) returns (uint16 number) {
            broken =
                broken ||
                (before.holder != address(0) && block.timestamp < oldEnd) ||
                number != 2 * before.count + 1;
        } catch {
            broken = broken || before.holder == address(0) || block.timestamp >= oldEnd;
        }
        _look(cardId, false);
    }

    function activate(uint256 card) external {
        uint256 cardId = 1 + (card % CARDS);
        ICardRegistry.Encumbrance memory before = registry.encumbrance(cardId);
        if (before.holder == address(0) || before.active) return;
        if (block.timestamp >= registry.limits(cardId).termEnd) return;
        vm.prank(before.holder);
        registry.activate(cardId);
        ++activations;
        _look(cardId, false);
    }

    function release(uint256 card) external {
        uint256 cardId = 1 + (card % CARDS);
        ICardRegistry.Encumbrance memory before = registry.encumbrance(cardId);
        if (before.holder == address(0) || before.active) return;
        vm.prank(before.holder);
        registry.release(cardId);
        _look(cardId, false);
    }

    function expire(uint256 card) external {
        uint256 cardId = 1 + (card % CARDS);
        uint40 termEnd = registry.limits(cardId).termEnd;
        if (termEnd == 0 || block.timestamp < termEnd) return;
        registry.expire(cardId);
        ++expiries;
        _look(cardId, false);
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + (time % 40 days));
    }

    /// @dev Numbers and epochs never fall, and a number has one holder for ever.
    function _look(uint256 cardId, bool changed) private {
        Seen memory seen = _seen[cardId];
        uint16 number = registry.revenueNumber(cardId);
        uint32 epoch = registry.card(cardId).epoch;
        ICardRegistry.Encumbrance memory now_ = registry.encumbrance(cardId);
        address holder = now_.active ? now_.holder : address(0);
        if (number < seen.number || epoch < seen.epoch) broken = true;
        if (changed && epoch != seen.epoch + 1) broken = true;
        if (number == seen.number && holder != seen.holder) broken = true;
        _seen[cardId] = Seen(number, epoch, holder);
    }
}

contract CardRegistryInvariantTest {
    CardHandler private _handler;

    function setUp() public {
        _handler = new CardHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice One encumbrance per card: an odd revenue number has a holder, an even one has none; the limits of a term
    /// stand exactly while an encumbrance is named; and the flag says whether there are limits.
    function invariant_I13_OneEncumbrancePerCard() public view {
        (CardRegistry registry, ) = _handler.cards();
        vm.assertFalse(_handler.broken());
        for (uint256 cardId = 1; cardId <= _handler.CARDS(); ++cardId) {
            ICardRegistry.Encumbrance memory encumbrance = registry.encumbrance(cardId);
            ICardRegistry.Limits memory limits = registry.limits(cardId);
            bool odd = registry.revenueNumber(cardId) % 2 == 1;
            vm.assertEq(odd, encumbrance.active);
            vm.assertEq(encumbrance.holder != address(0), limits.termEnd != 0);
            bool limited = limits.ownerFloorRate != 0 || limits.longestHours != 0 || limits.termEnd != 0;
            vm.assertEq(registry.card(cardId).limited, limited);
        }
    }

    /// @notice What the ledger was told last was true when it was told: an odd number with its holder, an even one
    /// without.
    function invariant_I9_CheckpointsNameTheHolderOfTheirNumber() public view {
        (CardRegistry registry, RecordingLedger ledger) = _handler.cards();
        if (ledger.checkpoints() == 0) return;
        RecordingLedger.Checkpoint memory last = ledger.last();
        vm.assertEq(last.number % 2 == 1, last.holder != address(0));
        vm.assertEq(last.owner, last.ownerThen);
        vm.assertLe(last.number, registry.revenueNumber(last.cardId));
    }
}
