// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_status_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
    }

    function test_TellsTheBooksAndThePriceTheyAreJudgedAt() public {
        _giveDollars(ALICE, 1000e18);
        _setPrices(1.02e18, 1.01e18);
        IDollarMinter.Status memory status = minter.status();
        vm.assertEq(status.credit, minter.credit());
        vm.assertEq(status.supply, 1000e18);
        vm.assertEq(status.price.low, 1.01e18);
        vm.assertEq(status.price.high, 1.02e18);
        vm.assertEq(keccak256(abi.encode(status.price)), keccak256(abi.encode(oracle.peek())));
    }

    function test_PausesAreOverInTheSecondTheyName() public {
        minter.pauseMint(START + 1 days);
        minter.pauseRedeem(START + 1 days);
        vm.warp(START + 1 days - 1);
        _refresh();
        vm.assertTrue(minter.status().mintHalted);
        vm.assertTrue(minter.status().redeemPaused);
        _pass(1);
        vm.assertFalse(minter.status().mintHalted);
        vm.assertFalse(minter.status().redeemPaused);
    }
}
