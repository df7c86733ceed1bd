// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_burnFees_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
        for (uint256 i = 0; i < 16; ++i) {
            _giveDollars(ALICE, 1_300_000e18);
            _pass(1 days);
            oracle.poke();
        }
        vm.startPrank(ALICE);
        dollar.approve(address(ledger), type(uint256).max);
        ledger.gatherFees(1001); // wei, so that the parts do not divide
        vm.stopPrank();
    }

    function _expectBurned(IDollarMinter.State state, uint256 burned) private {
        uint256 supply = dollar.totalSupply();
        uint256 creditBefore = minter.credit();
        vm.assertEq(uint256(minter.status().state), uint256(state));
        vm.expectEmit(address(minter));
        emit IDollarMinter.FeesBurned(state, burned, 1001 - burned);
        vm.prank(STRANGER);
        (uint256 actual, uint256 paid) = minter.burnFees();
        vm.assertEq(actual, burned);
        vm.assertEq(paid, 1001 - burned);
        vm.assertEq(dollar.totalSupply(), supply - burned);
        vm.assertEq(dollar.balanceOf(TREASURY), 1001 - burned);
        vm.assertEq(dollar.balanceOf(address(minter)), 0);
        vm.assertEq(minter.credit(), creditBefore); // I3: C falls, R does not
    }

    function test_GreenBurnsAFifth() public {
        _expectBurned(IDollarMinter.State.Green, 201);
    }

    function test_YellowBurnsHalf() public {
        _setPrice(0.55e18); // about 51 million credit against 20.8 million
        _expectBurned(IDollarMinter.State.Yellow, 501);
    }

    function test_OrangeAndRedBurnAll() public {
        _setPrice(0.45e18);
        _expectBurned(IDollarMinter.State.Orange, 1001);
    }

    function test_RedBurnsAll() public {
        _setPrice(0.1e18);
        _expectBurned(IDollarMinter.State.Red, 1001);
    }

    function test_BlindBurnsAll() public {
        primary.setFault(MockAggregator.Fault.Reverts);
        _expectBurned(IDollarMinter.State.Blind, 1001);
        (uint40 since, , ) = oracle.blindRecord();
        vm.assertEq(since, 0); // it looks and does not poke
    }

    function test_SkewBurnsWhatTheBackingAloneSays() public {
        _setPrices(1.2e18, 1e18);
        _expectBurned(IDollarMinter.State.Skew, 201);
    }

    function test_SkewWithPoorBackingBurnsAll() public {
        _setPrices(1e18, 0.1e18);
        _expectBurned(IDollarMinter.State.Skew, 1001);
    }

    function test_RevertWhen_NothingIsGathered() public {
        minter.burnFees();
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.FeesZero.selector, address(ledger)));
        minter.burnFees();
    }

    function test_WorksWhilePaused() public {
        minter.pauseMint(uint40(block.timestamp) + 7 days);
        minter.pauseRedeem(uint40(block.timestamp) + 72 hours);
        _expectBurned(IDollarMinter.State.Green, 201);
    }
}

contract DollarMinter_recapitalise_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
        _giveToken(ALICE, 10_000_000e18);
    }

    function test_BurnsIntoTheCreditAndMintsNothing() public {
        vm.expectEmit(address(minter));
        emit IDollarMinter.CreditRecapitalised(ALICE, 1000e18, SEED + 1000e18);
        vm.prank(ALICE);
        minter.recapitalise(1000e18);
        vm.assertEq(minter.credit(), SEED + 1000e18);
        vm.assertEq(token.totalSupply(), 570_000_000e18 - 1000e18);
        vm.assertEq(dollar.totalSupply(), 0);
        vm.assertEq(token.headroom(), minter.credit());
    }

    function test_RevertWhen_ZeroOrMoreThanHeld() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.RecapitalisationZero.selector, ALICE));
        minter.recapitalise(0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                ALICE,
                10_000_000e18,
                uint256(10_000_000e18) + 1
            )
        );
        minter.recapitalise(10_000_000e18 + 1);
        vm.stopPrank();
    }

    function test_WorksWhilePausedAndBlind() public {
        minter.pauseMint(START + 7 days);
        minter.pauseRedeem(START + 72 hours);
        primary.setFault(MockAggregator.Fault.Reverts);
        vm.prank(ALICE);
        minter.recapitalise(1e18);
        vm.assertEq(minter.credit(), SEED + 1e18);
    }

    /// @dev Everybody leaves in Red, and the credit goes with them. With C = 0 the state is Green and only the gate is on, so
    /// somebody recapitalises before the first new dollar.
    function test_B24_AfterAFullExitSomebodyRecapitalises() public {
        _giveDollars(BOB, 1_000_000e18);
        _setPrice(0.01e18);
        oracle.poke();
        while (dollar.totalSupply() != 0) {
            vm.startPrank(BOB);
            uint256 left = dollar.balanceOf(BOB);
            minter.redeem(uint128(left < 100_000e18 ? left : 100_000e18), 0, BOB, NEVER);
            vm.stopPrank();
            _pass(1 days);
        }
        vm.assertEq(minter.credit(), 0);
        vm.assertEq(uint256(minter.status().state), uint256(IDollarMinter.State.Green));
        vm.assertEq(minter.status().backing, type(uint256).max);
        vm.assertFalse(minter.mintHalted());

        // The bucket was used when its capacity was a hundred times larger, and refills by what it is now.
        _pass(90 days);
        // 1000 CARD at 0.01 less 50 bps are 9.95 dollars, backed by 10.
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(IDollarMinter.GateBroken.selector, (uint256(1000e18) * 0.01e18) / 9.95e18, 1.2e18)
        );
        minter.mint(1000e18, 0, ALICE, NEVER);
        vm.startPrank(ALICE);
        minter.recapitalise(1000e18);
        vm.assertEq(minter.mint(1000e18, 0, ALICE, NEVER), 9.95e18);
        vm.stopPrank();
    }
}
