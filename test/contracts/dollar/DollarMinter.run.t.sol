// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice The price gaps down by 95 % with the ceiling full, and everybody runs.
contract DollarMinter_run_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
    }

    function test_A13_GapOf95PercentAndAFullRun() public {
        // Fill to the gate's or the ceiling's end: 10 % of the market cap.
        while (true) {
            IDollarMinter.Status memory status = minter.status();
            if (status.supply >= status.ceiling) break;
            uint256 left = status.ceiling - status.supply;
            uint256 part = left < status.openMint.room ? left : status.openMint.room;
            part = (part * 99) / 100;
            (IDollarMinter.MintRefusal refusal, ) = minter.quoteMintExact(uint128(part));
            if (refusal != IDollarMinter.MintRefusal.None) break;
            if (part < 10_000e18) break;
            _giveDollars(ALICE, uint128(part));
            _pass(1 days);
            oracle.poke();
        }
        uint256 supply = dollar.totalSupply();
        uint256 credit = minter.credit();
        uint256 tokens = token.totalSupply();
        vm.assertGt(supply, 45_000_000e18);

        _setPrice(0.05e18);
        oracle.poke();
        vm.assertEq(uint256(minter.status().state), uint256(IDollarMinter.State.Red));
        uint256 firstPerDollar = (credit * 1e18) / supply;
        uint256 lanes;
        while (dollar.totalSupply() > 1e18) {
            uint256 r = minter.credit();
            uint256 c = dollar.totalSupply();
            // What the lane's room is at R / C, capped by what is left.
            uint256 amount = (minter.status().openLane.room * c) / r;
            if (amount > c) amount = c;
            vm.prank(ALICE);
            uint256 out = minter.redeem(uint128(amount), 0, ALICE, NEVER);
            vm.assertGe((out + 1) * 1e18, firstPerDollar * amount);
            vm.assertGe(minter.credit() * c, r * dollar.totalSupply());
            ++lanes;
            _pass(1 days);
        }
        // Supply after the run is at most supply before it + R, and no dollar is left unpaid.
        uint256 after_ = token.totalSupply();
        vm.assertLe(after_, tokens + credit);
        vm.assertLe(after_, 600_000_000e18); // never above genesis, so every re-minted CARD had been burned
        vm.assertLe((after_ * 100) / tokens, 117); // dilution x 1.17 at most
        vm.assertGe(lanes, 5);
        emit RunEnded(supply, credit, tokens, after_, lanes);
    }

    event RunEnded(uint256 dollars, uint256 credit, uint256 before, uint256 after_, uint256 days_);
}
