// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Faucet} from "../../../contracts/mocks/Faucet.sol";
import {vm} from "../support/Vm.sol";

contract FaucetToken is ERC20("Faucet Token", "FT") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

contract FaucetGiveTest {
    uint128 private constant AMOUNT = 100e18;
    uint32 private constant INTERVAL = 6 hours;
    uint128 private constant DAILY_LIMIT = 250e18;
    uint256 private constant BEGIN = 1_800_000_000;
    address private constant ANN = address(0xA11);
    address private constant BEN = address(0xBE2);
    address private constant CAI = address(0xCA3);

    FaucetToken private token;
    Faucet private faucet;

    function setUp() external {
        vm.warp(BEGIN);
        token = new FaucetToken();
        faucet = new Faucet(token, AMOUNT, INTERVAL, DAILY_LIMIT);
        token.mint(address(faucet), 1_000e18);
    }

    function test_GivesAndSaysWhenAgain() external {
        vm.expectEmit(address(faucet));
        emit Faucet.FaucetGiven(ANN, address(this), AMOUNT, uint40(BEGIN + INTERVAL));
        faucet.give(ANN);
        vm.assertEq(token.balanceOf(ANN), AMOUNT);
        vm.assertEq(faucet.allowedFrom(ANN), BEGIN + INTERVAL);
        vm.assertEq(faucet.room(), DAILY_LIMIT - AMOUNT);
    }

    function test_SaysItsTerms() external view {
        vm.assertEq(address(faucet.token()), address(token));
        vm.assertEq(faucet.amount(), AMOUNT);
        vm.assertEq(faucet.interval(), INTERVAL);
        vm.assertEq(faucet.dailyLimit(), DAILY_LIMIT);
        vm.assertEq(faucet.allowedFrom(ANN), 0);
        vm.assertEq(faucet.room(), DAILY_LIMIT);
    }

    function test_RevertWhen_SameAccountWithinTheInterval() external {
        faucet.give(ANN);
        vm.warp(BEGIN + INTERVAL - 1);
        vm.expectRevert(abi.encodeWithSelector(Faucet.FaucetTooSoon.selector, ANN, BEGIN + INTERVAL));
        faucet.give(ANN);
        vm.warp(BEGIN + INTERVAL);
        faucet.give(ANN);
        vm.assertEq(token.balanceOf(ANN), 2 * AMOUNT);
    }

    function test_RevertWhen_TheDayIsUsedUpByManyAccounts() external {
        faucet.give(ANN);
        faucet.give(BEN);
        vm.expectRevert(abi.encodeWithSelector(Faucet.FaucetDayUsedUp.selector, AMOUNT, DAILY_LIMIT - 2 * AMOUNT));
        faucet.give(CAI);
        // 50 of the limit of 250 are missing, and they refill in 50 / 250 of a day.
        vm.warp(BEGIN + 17_280 - 1);
        vm.expectRevert(
            abi.encodeWithSelector(Faucet.FaucetDayUsedUp.selector, AMOUNT, 50e18 + (250e18 * 17_279) / uint256(86_400))
        );
        faucet.give(CAI);
        vm.warp(BEGIN + 17_280);
        faucet.give(CAI);
        vm.assertEq(faucet.room(), 0);
    }

    function test_RevertWhen_Empty() external {
        Faucet empty = new Faucet(token, AMOUNT, INTERVAL, DAILY_LIMIT);
        token.mint(address(empty), AMOUNT - 1);
        vm.expectRevert(abi.encodeWithSelector(Faucet.FaucetEmpty.selector, AMOUNT, AMOUNT - 1));
        empty.give(ANN);
        vm.assertEq(empty.allowedFrom(ANN), 0);
        token.mint(address(empty), 1);
        empty.give(ANN);
    }

    function test_RevertWhen_ReceiverIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(Faucet.FaucetReceiverZero.selector, address(this)));
        faucet.give(address(0));
    }

    function test_RevertWhen_TermsAreZeroOrCrossed() external {
        _expectInvalid(0, INTERVAL, DAILY_LIMIT);
        _expectInvalid(AMOUNT, 0, DAILY_LIMIT);
        _expectInvalid(AMOUNT, INTERVAL, AMOUNT - 1);
        new Faucet(token, AMOUNT, INTERVAL, AMOUNT);
    }

    /// @dev Any run of gifts gives at most the limit at once and what has refilled since.
    function testFuzz_NeverGivesMoreThanTheLimit(uint16[12] calldata pauses) external {
        uint256 given;
        for (uint256 i; i < pauses.length; ++i) {
            vm.warp(block.timestamp + pauses[i]);
            try faucet.give(address(uint160(1000 + i))) {
                given += AMOUNT;
            } catch {
                vm.assertLt(faucet.room(), AMOUNT);
            }
            uint256 refilled = (uint256(DAILY_LIMIT) * (block.timestamp - BEGIN)) / 86_400;
            vm.assertLe(given, DAILY_LIMIT + refilled);
        }
        vm.assertGe(given, 2 * AMOUNT);
        vm.assertEq(token.balanceOf(address(faucet)), 1_000e18 - given);
    }

    function _expectInvalid(uint128 amount, uint32 interval, uint128 dailyLimit) private {
        vm.expectRevert(abi.encodeWithSelector(Faucet.FaucetTermsInvalid.selector, amount, interval, dailyLimit));
        new Faucet(token, amount, interval, dailyLimit);
    }
}
