// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

contract SupplierStakingBondCoverageTest is StakingFixture {
    function test_GivenTheMinimumExactly_CoversNoRent() public {
        _bond(1, 1000e18, 0);
        (bool meetsMinimum, uint256 grossRate) = staking.bondCoverage(1, NODE, 500e18);
        vm.assertTrue(meetsMinimum);
        vm.assertEq(grossRate, 0);
    }

    function test_A61_BelowTheMinimumCoversNothing() public {
        _bond(1, 1000e18 - 1, 0);
        (bool meetsMinimum, uint256 grossRate) = staking.bondCoverage(1, NODE, 500e18);
        vm.assertFalse(meetsMinimum);
        vm.assertEq(grossRate, 0);
        (meetsMinimum, grossRate) = staking.bondCoverage(1, NODE, type(uint256).max);
        vm.assertFalse(meetsMinimum);
        (meetsMinimum, ) = staking.bondCoverage(1, STRANGER, 1);
        vm.assertFalse(meetsMinimum);
    }

    /// @dev A rate is covered exactly if the bond that it requires is active.
    function testFuzz_CoverAndRequirementAgree(uint96 amount, uint64 rate, uint96 slow) public {
        vm.assume(rate != 0);
        _reprice(uint96(1e12 + (slow % 1e24)));
        uint256 cardId = _verified();
        uint256 bond = amount % WEALTH;
        _bond(cardId, bond, 0);
        ledger.setGrossRate(cardId, NODE, rate);

        (bool meetsMinimum, uint256 grossRate) = staking.bondCoverage(cardId, NODE, 500e18);
        vm.assertEq(meetsMinimum && grossRate >= rate, bond >= staking.requiredBond(cardId, NODE));
        vm.assertEq(meetsMinimum, bond * staking.price() >= 500e36);
        if (!meetsMinimum) return;
        vm.assertLe((500e18 + 86_400 * grossRate) * 1e18, bond * staking.price());
        vm.assertGt((500e18 + 86_400 * (grossRate + 1)) * 1e18, bond * staking.price());
    }

    function test_RefreshPrice_FollowsTheSlowPrice() public {
        _bond(1, 1000e18, 0);
        _drift(0.4e8, 1);
        vm.assertEq(staking.price(), PRICE);
        uint128 slow = oracle.slowPrice();
        vm.assertTrue(slow < PRICE && slow >= 0.4e18);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondPriceRefreshed(slow);
        vm.prank(STRANGER);
        vm.assertEq(staking.refreshPrice(), slow);
        vm.assertEq(staking.price(), slow);

        (bool meetsMinimum, ) = staking.bondCoverage(1, NODE, 500e18);
        vm.assertFalse(meetsMinimum);
    }

    function test_RefreshPrice_PokesTheOracle() public {
        vm.warp(START + 10 hours);
        primary.setAnswer(0.4e8);
        second.setAnswer(0.4e8);
        vm.assertEq(oracle.slowPrice(), PRICE);
        uint128 price = staking.refreshPrice();
        vm.assertEq(price, oracle.slowPrice());
        vm.assertLt(price, PRICE);
        vm.assertEq(oracle.slowPriceClock(), START + 10 hours);
    }

    function test_RefreshPrice_GivenBlind_KeepsTheValue() public {
        vm.warp(START + 10 hours);
        primary.setAnswer(0);
        second.setAnswer(0.01e8);
        vm.assertEq(staking.refreshPrice(), PRICE);
    }

    function test_AFallOfThePriceTakesNothing() public {
        _bond(1, 700e18, 300e18);
        _drift(0.1e8, 24);
        staking.refreshPrice();
        _assertBond(1, 700e18, 300e18, START + THAW);
    }
}

contract SupplierStakingMatchWeightTest is StakingFixture {
    uint256 private cardId;

    function setUp() public {
        cardId = _verified();
    }

    /// @dev The target is $3 000, which are 6 000 CARD.
    function test_RisesWithTheRootOfTheBond() public {
        vm.assertEq(staking.matchWeight(cardId, NODE), 1e18);
        _bond(cardId, 60e18, 0);
        vm.assertEq(staking.matchWeight(cardId, NODE), 1.05e18);
        _bond(cardId, 1440e18, 0);
        vm.assertEq(staking.matchWeight(cardId, NODE), 1.25e18);
        _bond(cardId, 4500e18, 0);
        vm.assertEq(staking.matchWeight(cardId, NODE), 1.5e18);
        _bond(cardId, 1_000_000e18, 0);
        vm.assertEq(staking.matchWeight(cardId, NODE), 1.5e18);
        vm.assertEq(staking.matchWeight(cardId, BUYER), 1e18);
    }

    function test_GivenThawing_ItDoesNotCount() public {
        _bond(cardId, 1500e18, 4500e18);
        vm.assertEq(staking.matchWeight(cardId, NODE), 1.25e18);
    }

    function test_GivenUnknownCard_IsOne() public {
        registry = new CardRegistry(address(manager));
        staking = _staking(oracle);
        _fund(NODE);
        _bond(9, 1000e18, 0);
        vm.assertEq(staking.matchWeight(9, NODE), 1e18);
    }

    /// @dev w = 1 + x / 2 where x is the largest integer (1e18) with x² · target ≤ bond value · 1e36.
    function testFuzz_IsTheFlooredRoot(uint96 amount, uint96 slow) public {
        _reprice(uint96(1e12 + (slow % 1e20)));
        uint256 bond = amount % WEALTH;
        _bond(cardId, bond, 0);
        uint256 weight = staking.matchWeight(cardId, NODE);
        uint256 value = (bond * staking.price()) / 1e18;
        if (value >= 3000e18) return vm.assertEq(weight, 1.5e18);

        uint256 least = 2 * (weight - 1e18);
        vm.assertLe(least * least * 3000e18, value * 1e36);
        vm.assertGt((least + 2) * (least + 2) * 3000e18, value * 1e36);
    }
}
