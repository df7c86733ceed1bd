// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RenterStaking} from "../../../contracts/staking/RenterStaking.sol";
import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {DollarMinter} from "../../../contracts/dollar/DollarMinter.sol";
import {PriceOracle} from "../../../contracts/dollar/PriceOracle.sol";
import {IAggregatorV3} from "../../../contracts/interfaces/IAggregatorV3.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {ComputeDollar} from "../../../contracts/token/ComputeDollar.sol";
import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {CardFixture} from "./CardFixture.sol";
import {vm} from "./Vm.sol";

/// @notice Both stakes on the real token, oracle and minter, at half a dollar per CARD. This contract is treasury and
/// slasher, the recording ledger is the ledger.
abstract contract StakingFixture is CardFixture {
    uint96 internal constant PRICE = 0.5e18;
    uint256 internal constant WEALTH = 10_000_000e18;
    uint40 internal constant THAW = 14 days;
    address internal constant RENTER = address(0x4E47E4);
    address internal constant FINDER = address(0xF1DE4);

    ComputeToken internal token;
    ComputeDollar internal dollar;
    MockAggregator internal primary;
    MockAggregator internal second;
    PriceOracle internal oracle;
    DollarMinter internal minter;
    SupplierStaking internal staking;
    RenterStaking internal renters;

    constructor() {
        token = new ComputeToken(address(manager), address(this), 30_000_000e18);
        dollar = new ComputeDollar(address(manager));
        (primary, second) = (new MockAggregator(8, 0.5e8), new MockAggregator(8, 0.5e8));
        oracle = _oracle(PRICE);
        minter = new DollarMinter(
            address(manager),
            token,
            dollar,
            oracle,
            address(this),
            IDollarMinter.Parameters(50, 12_000, 1000, 250, 250, 200, 100, 1e9)
        );
        token.setMinter(address(minter));
        dollar.setMinter(address(minter));
        staking = _staking(oracle);
        renters = new RenterStaking(token, oracle, ledger);
        _fund(NODE);
        _fund(RENTER);
    }

    function _oracle(uint96 slow) internal returns (PriceOracle) {
        return
            new PriceOracle(
                IPriceOracle.Config({
                    authority: address(manager),
                    primary: IPriceOracle.Source(IAggregatorV3(address(primary)), 1 hours, 50, 1000, 4e9),
                    second: IPriceOracle.Source(IAggregatorV3(address(second)), 1 hours, 50, 1000, 4e9),
                    initialSlow: slow,
                    sequencer: IAggregatorV3(address(0))
                })
            );
    }

    function _staking(PriceOracle oracle_) internal returns (SupplierStaking made) {
        made = new SupplierStaking(address(manager), token, oracle_, registry, minter);
        made.setLedger(address(ledger));
        made.setSlasher(address(this));
    }

    /// @dev The same stakes under another slow price.
    function _reprice(uint96 slow) internal {
        oracle = _oracle(slow);
        staking = _staking(oracle);
        renters = new RenterStaking(token, oracle, ledger);
        _fund(NODE);
        _fund(RENTER);
    }

    function _fund(address account) internal {
        token.transfer(account, WEALTH - token.balanceOf(account));
        vm.startPrank(account);
        token.approve(address(staking), type(uint256).max);
        token.approve(address(renters), type(uint256).max);
        vm.stopPrank();
    }

    /// @dev Moves both feeds to `answer` (8 decimals) and pokes the oracle every hour for `hours_`.
    function _drift(int256 answer, uint256 hours_) internal {
        for (uint256 i = 0; i < hours_; ++i) {
            vm.warp(block.timestamp + 1 hours);
            primary.setAnswer(answer);
            second.setAnswer(answer);
            oracle.poke();
        }
    }

    function _bond(uint256 cardId, uint256 active, uint256 thawing) internal {
        vm.startPrank(NODE);
        if (active + thawing != 0) staking.stake(cardId, active + thawing);
        if (thawing != 0) staking.requestUnstake(cardId, thawing);
        vm.stopPrank();
    }

    function _assertBond(uint256 cardId, uint256 active, uint256 thawing, uint40 thawedAt) internal view {
        ISupplierStaking.Bond memory bond = staking.bondOf(cardId, NODE);
        vm.assertEq(bond.active, active);
        vm.assertEq(bond.thawing, thawing);
        vm.assertEq(bond.thawedAt, thawedAt);
    }

    /// @dev ERC-2612 permit of the owner of `key` for `spender`.
    function _permit(
        uint256 key,
        address spender,
        uint256 value,
        uint256 deadline
    ) internal view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typehash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        address owner = vm.addr(key);
        bytes32 hash = keccak256(abi.encode(typehash, owner, spender, value, token.nonces(owner), deadline));
        return vm.sign(key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), hash)));
    }
}
