// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {vm} from "../support/Vm.sol";
import {RentHandler} from "./LeaseLedger.invariant.t.sol";

/// @notice What users do at random, and somebody who forces ETH on the contracts; from any state that comes of it, everybody
/// leaves while everything is closed.
contract LeavingHandler is RentHandler {
    /// @dev Undoes a leaving that went well.
    error EverybodyLeft();

    mapping(address target => uint256) private forced;

    /// @dev As a block's reward or a contract that destroys itself would.
    function forceEther(uint256 seed) external seeded(seed) {
        address target = _target(_next(11));
        forced[target] += 1 + _next(1 ether);
        vm.deal(target, forced[target]);
    }

    /// @dev No data, or a call of anything with a value.
    function sendEther(uint256 seed) external seeded(seed) {
        vm.deal(address(this), 1 ether);
        bytes[6] memory calls = [
            bytes(""),
            abi.encodeCall(ledger.collect, (cards[0])),
            abi.encodeCall(market.bump, ()),
            abi.encodeCall(oracle.poke, ()),
            abi.encodeCall(token.approve, (address(1), 1)),
            abi.encode(seed)
        ];
        (bool success, ) = _target(_next(11)).call{value: 1}(calls[_next(6)]);
        vm.assertFalse(success);
    }

    function assertI21() external {
        uint256 time = block.timestamp;
        try this.closeAndLeave() {
            vm.assertTrue(false, "leaving was not undone");
        } catch (bytes memory reason) {
            vm.assertEq(reason, abi.encodeWithSelector(EverybodyLeft.selector));
        }
        vm.warp(time);
    }

    function assertI22() external view {
        for (uint256 i; i < 11; ++i) vm.assertEq(_target(i).balance, forced[_target(i)], "ETH came in");
    }

    /// @notice Everything is paused, closed and blind; then every lease is stopped or runs out, everything is collected, claimed,
    /// withdrawn and unstaked, and the ledger keeps nothing but fees and gifts.
    function closeAndLeave() external {
        if (msg.sender != address(this)) return;
        _closeEverything();
        uint256 last = _stopAll();
        if (last > block.timestamp) vm.warp(last);
        _collectAndClaimAll();
        _withdrawAll();
        vm.assertEq(dollar.balanceOf(address(ledger)), ledger.gatheredFees() + donated, "the ledger keeps something");
        _unstakeAll();
        vm.assertEq(token.balanceOf(address(staking)), 0, "the bonds keep something");
        revert EverybodyLeft();
    }

    function _closeEverything() private {
        uint40 now_ = uint40(block.timestamp);
        market.pauseMatches(now_ + 7 days);
        minter.pauseMint(now_ + 7 days);
        minter.pauseRedeem(now_ + 72 hours);
        registry.pauseRegistration(now_ + 7 days);
        factory.pauseSales(now_ + 7 days);
        primaryFeed.setFault(MockAggregator.Fault.Reverts);
        secondFeed.setFault(MockAggregator.Fault.BurnsAllGas);
        for (uint256 i; i < 11; ++i) manager.setTargetClosed(_target(i), true);
    }

    /// @return last when the last lease is over
    function _stopAll() private returns (uint256 last) {
        for (uint256 i; i < rents.length; ++i) {
            if (!ledger.isRunning(rents[i].id)) continue;
            vm.prank(i % 2 == 0 ? rents[i].renter : rents[i].node);
            (uint40 end, ) = ledger.stop(rents[i].id);
            if (end > last) last = end;
        }
    }

    function _collectAndClaimAll() private {
        ledger.collectMany(cards);
        for (uint256 i; i < cards.length; ++i) {
            for (uint16 number = 1; number < 20; number += 2) {
                (address holder, uint256 paid) = ledger.holderOf(cards[i], number);
                uint256 revenue = ledger.accruedRevenueOf(cards[i], number);
                if (holder != address(0)) ledger.payRevenue(cards[i], number, true, revenue - paid, owner);
            }
        }
    }

    function _withdrawAll() private {
        for (uint256 i; i < people.length; ++i) _withdrawAllOf(people[i]);
        _withdrawAllOf(matcher);
    }

    function _withdrawAllOf(address account) private {
        uint256 amount = _balance(account);
        if (amount == 0) return;
        vm.prank(account);
        ledger.withdraw(amount, account);
    }

    function _unstakeAll() private {
        for (uint256 i; i < _cardCount(); ++i) {
            _requestAll(i + 1, operator);
            _requestAll(i + 1, otherOperator);
        }
        vm.warp(block.timestamp + 14 days);
        for (uint256 i; i < _cardCount(); ++i) {
            _unstake(i + 1, operator);
            _unstake(i + 1, otherOperator);
        }
    }

    function _requestAll(uint256 card, address node) private {
        uint256 active = staking.bondOf(card, node).active;
        if (active == 0) return;
        vm.prank(node);
        staking.requestUnstake(card, active);
    }

    function _unstake(uint256 card, address node) private {
        ISupplierStaking.Bond memory bond = staking.bondOf(card, node);
        if (bond.thawing == 0) return;
        vm.prank(node);
        staking.withdraw(card, node);
    }

    function _cardCount() private view returns (uint256) {
        return registry.cardCount();
    }

    function _target(uint256 index) private view returns (address) {
        address[11] memory targets = [
            address(token),
            address(dollar),
            address(oracle),
            address(minter),
            address(registry),
            address(staking),
            address(renters),
            address(ledger),
            address(market),
            address(factory),
            factory.implementation()
        ];
        return targets[index];
    }
}

contract LeaseLedgerExitsInvariantTest {
    LeavingHandler private handler;

    function setUp() public {
        handler = new LeavingHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice With everything paused, every guarded function closed and no price, whoever has anything in it leaves with all.
    function invariant_I21_EverybodyLeavesWhileAllIsClosed() public {
        handler.assertI21();
    }

    /// @notice No contract takes ETH, and what is forced on one changes nothing: the handler's books still hold.
    function invariant_I22_NoEtherComesIn() public view {
        handler.assertI22();
        handler.assertI7();
    }
}
