// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistryGovernanceTest is CardFixture {
    function test_SetModel_KeepsEveryField() public {
        vm.expectEmit(address(registry));
        emit ICardRegistry.ModelSet(255, "B200", 196_608, 45_000e18, 800e18);
        registry.setModel(255, "B200", 196_608, 45_000e18, 800e18);

        ICardRegistry.Model memory model = registry.model(255);
        vm.assertEq(model.name, "B200");
        vm.assertEq(model.memoryMiB, 196_608);
        vm.assertEq(model.referenceValue, 45_000e18);
        vm.assertEq(model.minimumBond, 800e18);
        vm.assertEq(registry.model(254).minimumBond, 0);
    }

    function test_SetModel_GivenChange_BindsOldCardsToo() public {
        uint256 cardId = _verified();
        registry.setModel(MODEL, "H100 80GB", 81_920, 20_000e18, 400e18);
        vm.assertEq(registry.leasingTerms(cardId).minimumBond, 400e18);
        vm.assertEq(registry.minimumBondOf(cardId), 400e18);
    }

    function test_SetModel_RevertWhen_Invalid() public {
        bytes memory invalid = abi.encodeWithSelector(ICardRegistry.ModelInvalid.selector, uint8(9));
        vm.expectRevert(invalid);
        registry.setModel(9, "", 1, 1, 1);
        vm.expectRevert(invalid);
        registry.setModel(9, "L40S", 1, 0, 1);
        vm.expectRevert(invalid);
        registry.setModel(9, "L40S", 1, 1, 0);
    }

    function test_SetRegion_NamesIt() public {
        vm.expectEmit(address(registry));
        emit ICardRegistry.RegionSet(255, "moon");
        registry.setRegion(255, "moon");
        vm.assertEq(registry.region(255), "moon");
    }

    function test_SetRegion_RevertWhen_NameEmpty() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.RegionInvalid.selector, uint8(9)));
        registry.setRegion(9, "");
    }

    function test_SetEncumbrancer_AllowsAndForbids() public {
        vm.expectEmit(address(registry));
        emit ICardRegistry.EncumbrancerSet(STRANGER, true);
        registry.setEncumbrancer(STRANGER, true);
        vm.assertTrue(registry.isEncumbrancer(STRANGER));
        vm.expectEmit(address(registry));
        emit ICardRegistry.EncumbrancerSet(STRANGER, false);
        registry.setEncumbrancer(STRANGER, false);
        vm.assertFalse(registry.isEncumbrancer(STRANGER));
    }

    function test_SetEncumbrancer_GivenForbidden_WhatRunsGoesOn() public {
        uint256 cardId = _encumbered();
        registry.setEncumbrancer(address(this), false);
        vm.prank(HOLDER);
        registry.activate(cardId);
        vm.assertTrue(registry.encumbrance(cardId).active);
    }

    function test_SetLedger_Once() public {
        CardRegistry young = new CardRegistry(address(manager));
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardLedgerZero.selector));
        young.setLedger(address(0));
        vm.expectEmit(address(young));
        emit ICardRegistry.CardLedgerSet(address(ledger));
        young.setLedger(address(ledger));
        vm.assertEq(young.ledger(), address(ledger));
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardLedgerAlreadySet.selector, address(ledger)));
        young.setLedger(STRANGER);
    }

    function test_A95_RevertWhen_CallerHasNoRole() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(refused);
        registry.setModel(9, "L40S", 1, 1, 1);
        vm.expectRevert(refused);
        registry.setRegion(9, "moon");
        vm.expectRevert(refused);
        registry.setEncumbrancer(STRANGER, true);
        vm.expectRevert(refused);
        registry.setLedger(STRANGER);
        vm.stopPrank();
    }
}
