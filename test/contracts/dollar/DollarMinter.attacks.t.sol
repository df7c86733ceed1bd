// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MinutePow} from "../../../contracts/dollar/libraries/MinutePow.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_attacks_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
        _giveToken(ALICE, 1_000_000e18);
    }

    function _wealth(uint256 price) private view returns (uint256) {
        return dollar.balanceOf(ALICE) * 1e18 + token.balanceOf(ALICE) * price;
    }

    /// @dev Thousands of the smallest calls, looking for rounding in the caller's favour.
    function test_A35_LoopOfSmallestCallsNeverGains() public {
        _setPrices(0.333333333333333333e18, 0.34e18);
        uint256 price = 0.33333333e18; // the primary has 8 decimals
        vm.startPrank(ALICE);
        uint256 wealth = _wealth(price);
        for (uint256 i = 0; i < 1500; ++i) {
            minter.mintExact(1e18 + uint128(i % 7), type(uint128).max, ALICE, NEVER);
            uint256 between = _wealth(price);
            vm.assertLe(between, wealth);
            minter.redeem(1e18 + uint128(i % 5), 0, ALICE, NEVER);
            wealth = _wealth(price);
            vm.assertLe(wealth, between);
        }
        vm.stopPrank();
    }

    /// @dev I6: mints and redemptions in any order and split, with time passing at unchanged prices.
    function testFuzz_I6_NoOrderOrSplitProfits(uint256 seed) public {
        uint256 price = 0.4e18 + (seed % 2e18);
        _setPrice(price);
        price = primaryPrice < secondPrice ? primaryPrice : secondPrice;
        oracle.poke();
        uint256 wealth = _wealth(price);
        for (uint256 i = 0; i < 16; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint128 amount = uint128(1e18 + ((seed >> 8) % 60_000e18));
            bytes memory data =
                seed % 3 == 0
                    ? abi.encodeCall(minter.redeem, (amount, 0, ALICE, NEVER))
                    : abi.encodeCall(minter.mint, (amount, 0, ALICE, NEVER));
            vm.prank(ALICE);
            (bool success, ) = address(minter).call(data);
            uint256 now_ = _wealth(price);
            vm.assertLe(now_, wealth);
            if (success) vm.assertLt(now_, wealth);
            wealth = now_;
            if (seed % 5 == 0) _pass((seed >> 100) % 2 days);
        }
    }

    /// @dev I3 for a redemption cut in two: those who stay have no less per dollar after each part.
    function testFuzz_I3_SplittingARedemptionNeverHurtsThoseWhoStay(uint256 seed) public {
        _giveDollars(ALICE, 500_000e18);
        _setPrice(0.01e18 + (seed % 1e18));
        for (uint256 i = 0; i < 4; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            (uint256 r, uint256 c) = (minter.credit(), dollar.totalSupply());
            uint128 amount = uint128(1e18 + (seed % (dollar.balanceOf(ALICE) / 2)));
            vm.prank(ALICE);
            (bool success, ) = address(minter).call(abi.encodeCall(minter.redeem, (amount, 0, ALICE, NEVER)));
            if (success) vm.assertGe(minter.credit() * c, r * dollar.totalSupply());
        }
    }

    function test_I22_NoContractAcceptsEthAndForcedEthChangesNothing() public {
        address[4] memory targets = [address(token), address(dollar), address(oracle), address(minter)];
        vm.deal(address(this), 10 ether);
        bytes32 before = keccak256(abi.encode(minter.status()));
        for (uint256 i = 0; i < targets.length; ++i) {
            (bool success, ) = targets[i].call{value: 1}("");
            vm.assertFalse(success);
            (success, ) = targets[i].call{value: 1}(abi.encodeWithSignature("totalSupply()"));
            vm.assertFalse(success);
            vm.deal(targets[i], 5 ether);
        }
        vm.assertEq(keccak256(abi.encode(minter.status())), before);
    }

    /// @dev The view names every state's reason that the call reverts with.
    function test_StatusAndHaltAgreeInEveryState() public {
        _giveDollars(ALICE, 500_000e18);
        uint256[5] memory prices = [uint256(1e18), 0.022e18, 0.018e18, 0.01e18, 0.5e18];
        for (uint256 i = 0; i < prices.length; ++i) {
            _setPrice(prices[i]);
            IDollarMinter.Status memory status = minter.status();
            (IDollarMinter.MintRefusal refusal, ) = minter.quoteMint(10_000e18);
            bool halted = status.state != IDollarMinter.State.Green && status.state != IDollarMinter.State.Yellow;
            vm.assertEq(status.mintHalted, halted);
            vm.assertEq(minter.mintHalted(), halted);
            if (halted) {
                vm.assertEq(
                    uint256(refusal),
                    uint256(
                        status.state == IDollarMinter.State.Red
                            ? IDollarMinter.MintRefusal.Red
                            : IDollarMinter.MintRefusal.Orange
                    )
                );
            }
        }
    }
}

contract MinutePow_pow_Test {
    function test_FactorsPerMinuteGiveTheHourlyOnes() public pure {
        uint256 up = MinutePow.pow(1_000_330_098_258_713_128_594_847_253, 60);
        uint256 down = MinutePow.pow(998_245_532_286_729_107_900_818_640, 60);
        uint256 half = MinutePow.pow(999_037_758_833_783_388_471_717_720, 720);
        vm.assertLe(up, 1.02e27);
        vm.assertGt(up, 1.02e27 - 1e4);
        vm.assertLe(down, 0.9e27);
        vm.assertGt(down, 0.9e27 - 1e4);
        vm.assertLe(half, 0.5e27);
        vm.assertGt(half, 0.5e27 - 1e4);
    }

    /// @dev Against multiplying one by one, each product rounded up and down.
    function testFuzz_IsTheProductOfTheMinutes(uint16 count, uint64 below) public pure {
        uint256 factor = 1e27 - (uint256(below) % 1e25);
        uint256 least = 1e27;
        uint256 most = 1e27;
        uint256 steps = count % 300;
        for (uint256 i = 0; i < steps; ++i) {
            least = (least * factor) / 1e27;
            most = (most * factor + 1e27 - 1) / 1e27;
        }
        uint256 power = MinutePow.pow(factor, steps);
        vm.assertLe(power, most);
        vm.assertGe(power + 2 * steps, least);
    }

    function test_FarFutureDecaysToZeroAndDoesNotRevert() public pure {
        vm.assertEq(MinutePow.pow(999_037_758_833_783_388_471_717_720, type(uint40).max / 60), 0);
        vm.assertEq(MinutePow.pow(0, 1), 0);
        vm.assertEq(MinutePow.pow(0, 0), 1e27);
    }
}
