// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {DollarMinter} from "../../../contracts/dollar/DollarMinter.sol";
import {PriceOracle} from "../../../contracts/dollar/PriceOracle.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {DollarFixture} from "../support/DollarFixture.sol";
import {vm} from "../support/Vm.sol";

contract DollarMinter_governance_Test is DollarFixture {
    function setUp() public {
        _deployDollar();
    }

    function _expectRange(
        IDollarMinter.Parameters memory parameters,
        bytes32 name,
        uint256 value,
        uint256 least,
        uint256 most
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.ParameterOutOfRange.selector, name, value, least, most));
        minter.setParameters(parameters);
    }

    function test_DeploymentSeedsTheCreditWithWhatGenesisBurned() public {
        vm.expectEmit();
        emit IDollarMinter.CreditSeeded(SEED);
        DollarMinter fresh = new DollarMinter(address(manager), token, dollar, oracle, TREASURY, _defaultParameters());
        vm.assertEq(fresh.credit(), SEED);
        vm.assertEq(keccak256(abi.encode(fresh.parameters())), keccak256(abi.encode(_defaultParameters())));
    }

    function test_RevertWhen_DeployedWithoutAnAddress() public {
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MinterAddressZero.selector, bytes32("treasury")));
        new DollarMinter(address(manager), token, dollar, oracle, address(0), _defaultParameters());
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MinterAddressZero.selector, bytes32("oracle")));
        new DollarMinter(address(manager), token, dollar, PriceOracle(address(0)), TREASURY, _defaultParameters());
    }

    function test_A20_ParametersHaveHardBounds() public {
        IDollarMinter.Parameters memory p = _defaultParameters();
        p.feeBps = 24;
        _expectRange(p, "feeBps", 24, 25, 200);
        p.feeBps = 201;
        _expectRange(p, "feeBps", 201, 25, 200);
        p = _defaultParameters();
        p.gateBps = 10_999;
        _expectRange(p, "gateBps", 10_999, 11_000, 20_000);
        p.gateBps = 20_001;
        _expectRange(p, "gateBps", 20_001, 11_000, 20_000);
        p = _defaultParameters();
        p.ceilingBps = 99;
        _expectRange(p, "ceilingBps", 99, 100, 1500);
        p.ceilingBps = 1501;
        _expectRange(p, "ceilingBps", 1501, 100, 1500);
        p = _defaultParameters();
        (p.openMintBps, p.leaseMintBps) = (99, 0);
        _expectRange(p, "mintBps", 99, 100, 1000);
        (p.openMintBps, p.leaseMintBps) = (1, 1000);
        _expectRange(p, "mintBps", 1001, 100, 1000);
        (p.openMintBps, p.leaseMintBps) = (type(uint16).max, type(uint16).max);
        _expectRange(p, "mintBps", 131_070, 100, 1000);
        p = _defaultParameters();
        p.openLaneBps = 99;
        _expectRange(p, "openLaneBps", 99, 100, 500);
        p.openLaneBps = 500;
        p.earnedLaneBps = 1;
        _expectRange(p, "laneBps", 501, 100, 500);
        p = _defaultParameters();
        p.hardCeiling = 0;
        _expectRange(p, "hardCeiling", 0, 1, 3_000_000_000);
        p.hardCeiling = 3_000_000_001;
        _expectRange(p, "hardCeiling", 3_000_000_001, 1, 3_000_000_000);
    }

    function test_A20_RaisedLimitsWaitOutTheTimelock() public {
        // The function is given to a role whose member has a delay of 7 days, as the timelock is.
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IDollarMinter.setParameters.selector;
        manager.setTargetFunctionRole(address(minter), selectors, 7);
        manager.grantRole(7, BOB, 7 days);
        IDollarMinter.Parameters memory p = _defaultParameters();
        (p.openLaneBps, p.earnedLaneBps) = (400, 100);
        bytes memory data = abi.encodeCall(IDollarMinter.setParameters, (p));
        vm.prank(BOB);
        (bytes32 id, ) = manager.schedule(address(minter), data, 0);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSignature("AccessManagerNotReady(bytes32)", id));
        minter.setParameters(p);
        vm.warp(START + 7 days);
        vm.prank(BOB);
        minter.setParameters(p);
        vm.assertEq(minter.parameters().openLaneBps, 400);
    }

    function testFuzz_ParametersInsideTheBoundsAreTaken(uint256 seed) public {
        IDollarMinter.Parameters memory p;
        p.feeBps = uint16(25 + (seed % 176));
        p.gateBps = uint16(11_000 + ((seed >> 16) % 9001));
        p.ceilingBps = uint16(100 + ((seed >> 32) % 1401));
        p.openMintBps = uint16(100 + ((seed >> 48) % 901));
        p.leaseMintBps = uint16((seed >> 64) % (1001 - p.openMintBps));
        p.openLaneBps = uint16(100 + ((seed >> 80) % 401));
        p.earnedLaneBps = uint16((seed >> 96) % (501 - p.openLaneBps));
        p.hardCeiling = uint32(1 + ((seed >> 112) % 3_000_000_000));
        vm.expectEmit(address(minter));
        emit IDollarMinter.ParametersChanged(p);
        minter.setParameters(p);
        vm.assertEq(keccak256(abi.encode(minter.parameters())), keccak256(abi.encode(p)));
    }

    function test_ParametersLeaveThePausesAlone() public {
        minter.pauseMint(START + 1 days);
        minter.pauseRedeem(START + 2 days);
        minter.setParameters(_defaultParameters());
        vm.assertEq(minter.status().mintPausedUntil, START + 1 days);
        vm.assertEq(minter.status().redeemPausedUntil, START + 2 days);
    }

    function test_RevertWhen_CallerHasNoRole() public {
        bytes memory reason = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(reason);
        minter.setParameters(_defaultParameters());
        vm.expectRevert(reason);
        minter.setMarket(STRANGER);
        vm.expectRevert(reason);
        minter.setLedger(STRANGER);
        vm.expectRevert(reason);
        minter.pauseMint(START + 1);
        vm.expectRevert(reason);
        minter.pauseRedeem(START + 1);
        vm.stopPrank();
    }

    function test_PausesNameAnEndWithinTheirLimit() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                TimedPause.PauseEndOutOfRange.selector,
                bytes32("mint"),
                START + 7 days + 1,
                START + 7 days
            )
        );
        minter.pauseMint(START + 7 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimedPause.PauseEndOutOfRange.selector,
                bytes32("redeem"),
                START + 72 hours + 1,
                START + 72 hours
            )
        );
        minter.pauseRedeem(START + 72 hours + 1);
        vm.expectEmit(address(minter));
        emit TimedPause.EntryPausedUntil("mint", START + 7 days, address(this));
        minter.pauseMint(START + 7 days);
        minter.pauseRedeem(START + 72 hours);
    }

    function test_B25_RevertWhen_APauseIsRenewedWithin30Days() public {
        minter.pauseRedeem(START + 72 hours);
        vm.warp(START + 30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(TimedPause.PauseTooSoon.selector, bytes32("redeem"), START + 30 days));
        minter.pauseRedeem(START + 30 days + 1);
        minter.pauseMint(START + 30 days); // the other kind is apart
        vm.warp(START + 30 days);
        minter.pauseRedeem(START + 33 days);
    }

    function test_LedgerIsSetOnceAndNotZero() public {
        DollarMinter fresh = new DollarMinter(address(manager), token, dollar, oracle, TREASURY, _defaultParameters());
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.MinterAddressZero.selector, bytes32("ledger")));
        fresh.setLedger(address(0));
        vm.expectEmit(address(fresh));
        emit IDollarMinter.LedgerSet(address(ledger));
        fresh.setLedger(address(ledger));
        vm.expectRevert(abi.encodeWithSelector(IDollarMinter.LedgerAlreadySet.selector, address(ledger)));
        fresh.setLedger(BOB);
        vm.assertEq(fresh.ledger(), address(ledger));
    }

    function test_MarketCanBeChangedAndRevoked() public {
        vm.expectEmit(address(minter));
        emit IDollarMinter.MarketChanged(MARKET, BOB);
        minter.setMarket(BOB);
        vm.assertEq(minter.market(), BOB);
        minter.setMarket(address(0));
        vm.assertEq(minter.market(), address(0));
    }
}
