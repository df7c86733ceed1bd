// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareFactoryPauseSalesTest is RevenueFixture {
    bytes32 private constant KIND = "share sales";

    function test_PausesUntil() public {
        _equal(factory.salesPausedUntil(), 0, "never paused");
        vm.expectEmit(address(factory));
        emit TimedPause.EntryPausedUntil(KIND, START + 7 days, address(this));
        factory.pauseSales(START + 7 days);
        _equal(factory.salesPausedUntil(), START + 7 days, "until");
    }

    function test_RevertWhen_NotTheGuardian() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        vm.prank(STRANGER);
        factory.pauseSales(START + 1);
    }

    function test_RevertWhen_EndOutOfRange() public {
        uint40[4] memory ends = [0, START, START + 7 days + 1, type(uint40).max];
        for (uint256 i = 0; i < ends.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(TimedPause.PauseEndOutOfRange.selector, KIND, ends[i], START + 7 days)
            );
            factory.pauseSales(ends[i]);
        }
    }

    function test_B25_RevertWhen_PausedBackToBack() public {
        factory.pauseSales(START + 7 days);
        vm.warp(START + 30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(TimedPause.PauseTooSoon.selector, KIND, START + 30 days));
        factory.pauseSales(START + 31 days);
        vm.warp(START + 30 days);
        factory.pauseSales(START + 37 days);
    }
}
