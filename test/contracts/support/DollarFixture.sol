// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {DollarMinter} from "../../../contracts/dollar/DollarMinter.sol";
import {PriceOracle} from "../../../contracts/dollar/PriceOracle.sol";
import {IAggregatorV3} from "../../../contracts/interfaces/IAggregatorV3.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {ComputeDollar} from "../../../contracts/token/ComputeDollar.sol";
import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {DollarLedger} from "./DollarLedger.sol";
import {vm} from "./Vm.sol";

/// @notice The token and dollar rooms as they are deployed, at one dollar per CARD. The test itself is the manager's admin, and
/// so may call every restricted function; `MARKET` is the stored market, `ledger` has earnings and fees that a test sets.
abstract contract DollarFixture {
    uint40 internal constant START = 1_900_000_000;
    uint40 internal constant NEVER = type(uint40).max;
    uint256 internal constant SEED = 30_000_000e18;
    address internal constant TREASURY = address(0x7EA5);
    address internal constant MARKET = address(0x3A4CE7);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant STRANGER = address(0x57A);

    AccessManager internal manager;
    ComputeToken internal token;
    ComputeDollar internal dollar;
    MockAggregator internal primary; // 8 decimals, like Chainlink's dollar feeds
    MockAggregator internal second; // 18 decimals, like the TWAP adapter
    PriceOracle internal oracle;
    DollarMinter internal minter;
    DollarLedger internal ledger;

    /// @dev What the price is held at by `_pass`; dollars per CARD, 18 decimals.
    uint256 internal primaryPrice;
    uint256 internal secondPrice;

    function _deployDollar() internal {
        vm.warp(START);
        manager = new AccessManager(address(this));
        token = new ComputeToken(address(manager), TREASURY, SEED);
        dollar = new ComputeDollar(address(manager));
        primary = new MockAggregator(8, 1e8);
        second = new MockAggregator(18, 1e18);
        (primaryPrice, secondPrice) = (1e18, 1e18);
        oracle = new PriceOracle(_oracleConfig());
        minter = new DollarMinter(address(manager), token, dollar, oracle, TREASURY, _defaultParameters());
        ledger = new DollarLedger(dollar, address(minter));

        token.setMinter(address(minter));
        dollar.setMinter(address(minter));
        minter.setMarket(MARKET);
        minter.setLedger(address(ledger));
    }

    function _oracleConfig() internal view returns (IPriceOracle.Config memory) {
        return
            IPriceOracle.Config({
                authority: address(manager),
                primary: _source(primary),
                second: _source(second),
                initialSlow: 1e18,
                sequencer: IAggregatorV3(address(0))
            });
    }

    /// @dev Heartbeat 24 h, threshold 50 bps, prices between a thousandth of a dollar and a thousand dollars.
    function _source(IAggregatorV3 feed) internal pure returns (IPriceOracle.Source memory) {
        return
            IPriceOracle.Source({
                feed: feed,
                heartbeat: 24 hours,
                thresholdBps: 50,
                minPrice: 1_000,
                maxPrice: 1_000_000_000
            });
    }

    function _defaultParameters() internal pure returns (IDollarMinter.Parameters memory) {
        return
            IDollarMinter.Parameters({
                feeBps: 50,
                gateBps: 12_000,
                ceilingBps: 1000,
                openMintBps: 250,
                leaseMintBps: 250,
                openLaneBps: 200,
                earnedLaneBps: 100,
                hardCeiling: 1_000_000_000
            });
    }

    /// @dev Sets both prices (18 decimals; the primary feed rounds to 8) as of now.
    function _setPrices(uint256 primary_, uint256 second_) internal {
        (primaryPrice, secondPrice) = ((primary_ / 1e10) * 1e10, second_);
        _refresh();
    }

    function _setPrice(uint256 price) internal {
        _setPrices(price, price);
    }

    /// @dev Both feeds answer the price they are held at, as of now.
    function _refresh() internal {
        primary.setAnswer(int256(primaryPrice / 1e10));
        second.setAnswer(int256(secondPrice));
    }

    /// @dev Time passes and the feeds keep answering.
    function _pass(uint256 time) internal {
        vm.warp(block.timestamp + time);
        _refresh();
    }

    /// @dev Hourly pokes, as keepers do them, for `count` hours.
    function _passHours(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            _pass(1 hours);
            oracle.poke();
        }
    }

    function _giveToken(address account, uint256 amount) internal {
        vm.prank(TREASURY);
        token.transfer(account, amount);
    }

    /// @dev Gives `account` CARD and has it mint exactly `amount` cfUSD in the open bucket.
    function _giveDollars(address account, uint128 amount) internal {
        (IDollarMinter.MintRefusal refusal, uint256 tokenIn) = minter.quoteMintExact(amount);
        require(refusal == IDollarMinter.MintRefusal.None, "fixture: mint refused");
        _giveToken(account, tokenIn);
        vm.prank(account);
        minter.mintExact(amount, type(uint128).max, account, NEVER);
    }
}
