// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {DollarMinter} from "../../../contracts/dollar/DollarMinter.sol";
import {PriceOracle} from "../../../contracts/dollar/PriceOracle.sol";
import {IAggregatorV3} from "../../../contracts/interfaces/IAggregatorV3.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {LeaseLedger} from "../../../contracts/leases/LeaseLedger.sol";
import {RentalMarket} from "../../../contracts/market/RentalMarket.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {RevenueShareFactory} from "../../../contracts/revenue/RevenueShareFactory.sol";
import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {ComputeDollar} from "../../../contracts/token/ComputeDollar.sol";
import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {vm} from "../support/Vm.sol";

/// @title The whole system as it runs, with one verified and bonded card and money in the hands of renter and investors
abstract contract RevenueFixture {
    error Unequal(uint256 actual, uint256 expected, string what);
    error Untrue(string what);

    uint256 internal constant OPERATOR_KEY = 0x0123;
    uint256 internal constant INVESTOR_KEY = 0x0456;
    address internal constant OWNER = address(0xA11CE);
    address internal constant RENTER = address(0xB0B);
    address internal constant SECOND = address(0xCAFE);
    address internal constant THIRD = address(0xD00D);
    address internal constant STRANGER = address(0xE7E);
    uint40 internal constant START = 1_750_000_000;
    uint8 internal constant MODEL = 3;
    uint8 internal constant REGION = 5;
    /// @dev cfUSD-wei per second of the whole card, 3.6 dollars an hour.
    uint64 internal constant RATE = 1e15;

    address internal operator;
    address internal investor;
    uint256 internal cardId;
    uint256 private _salt;

    AccessManager internal manager;
    ComputeToken internal token;
    ComputeDollar internal dollar;
    PriceOracle internal oracle;
    DollarMinter internal minter;
    CardRegistry internal registry;
    SupplierStaking internal staking;
    LeaseLedger internal ledger;
    RentalMarket internal market;
    RevenueShareFactory internal factory;

    function setUp() public virtual {
        vm.warp(START);
        operator = vm.addr(OPERATOR_KEY);
        investor = vm.addr(INVESTOR_KEY);
        _deploy();
        _fund();
        registry.setModel(MODEL, "H100 80GB", 81_920, 30_000e18, 1_000e18);
        registry.setRegion(REGION, "eu-north");
        cardId = _newCard(OWNER, true);
    }

    /* DEPLOYMENT */

    function _deploy() private {
        manager = new AccessManager(address(this));
        token = new ComputeToken(address(manager), address(this), 30_000_000e18);
        dollar = new ComputeDollar(address(manager));
        oracle = new PriceOracle(
            IPriceOracle.Config({
                authority: address(manager),
                primary: _source(),
                second: _source(),
                initialSlow: 1e18,
                sequencer: IAggregatorV3(address(0))
            })
        );
        registry = new CardRegistry(address(manager));
        minter = _deployMinter();
        staking = new SupplierStaking(address(manager), token, oracle, registry, minter);
        ledger = new LeaseLedger(address(manager), dollar, registry, staking);
        market = new RentalMarket(
            address(manager),
            minter,
            registry,
            staking,
            ledger,
            IRentalMarket.MarketParameters({feeBps: 500, tokenFeeBps: 200, longestMinDuration: 1 hours})
        );
        factory = new RevenueShareFactory(address(manager), registry, staking, ledger, token);
        registry.setLedger(address(ledger));
        staking.setLedger(address(ledger));
        ledger.setMarket(address(market));
        ledger.setMinter(address(minter));
        minter.setMarket(address(market));
        minter.setLedger(address(ledger));
        token.setMinter(address(minter));
        dollar.setMinter(address(minter));
        registry.setEncumbrancer(address(factory), true);
    }

    function _source() private returns (IPriceOracle.Source memory) {
        return
            IPriceOracle.Source({
                feed: new MockAggregator(8, 1e8),
                heartbeat: 24 hours,
                thresholdBps: 50,
                minPrice: 1_000,
                maxPrice: 1_000_000_000
            });
    }

    function _deployMinter() private returns (DollarMinter) {
        return
            new DollarMinter(
                address(manager),
                token,
                dollar,
                oracle,
                address(this),
                IDollarMinter.Parameters({
                    feeBps: 50,
                    gateBps: 12_000,
                    ceilingBps: 1_000,
                    openMintBps: 250,
                    leaseMintBps: 250,
                    openLaneBps: 200,
                    earnedLaneBps: 100,
                    hardCeiling: 1_000_000_000
                })
            );
    }

    function _fund() private {
        token.approve(address(minter), type(uint256).max);
        minter.mint(1_200_000e18, 1_000_000e18, RENTER, START);
        vm.prank(RENTER);
        dollar.approve(address(ledger), type(uint256).max);
        token.transfer(operator, 10_000_000e18);
        vm.prank(operator);
        token.approve(address(staking), type(uint256).max);
        token.transfer(investor, 1_000_000e18);
        token.transfer(SECOND, 1_000_000e18);
        token.transfer(THIRD, 1_000_000e18);
    }

    /* STEPS */

    function _newCard(address owner, bool ready) internal returns (uint256 id) {
        vm.prank(owner);
        id = registry.register(ICardRegistry.Registration(MODEL, REGION, 1, operator, 0, 0));
        if (!ready) return id;
        registry.verify(id, keccak256(abi.encode("device", id)));
        vm.prank(operator);
        staking.stake(id, 1_000_000e18);
    }

    /// @dev 1000 shares at 2 CARD each, half of them needed, a fifth at once, one year.
    function _terms() internal view returns (IRevenueShare.Terms memory) {
        return
            IRevenueShare.Terms({
                supply: 1_000e18,
                price: 2e18,
                minimumRaise: 1_000e18,
                promisedRevenue: 10_000e18,
                floorRate: RATE / 2,
                floorDecayBps: 100,
                upfrontBps: 2_000,
                saleEnd: uint40(block.timestamp) + 10 days,
                term: 365 days
            });
    }

    function _tokenize() internal returns (IRevenueShare) {
        return _tokenize(cardId, _terms());
    }

    function _tokenize(uint256 id, IRevenueShare.Terms memory terms) internal returns (IRevenueShare) {
        vm.prank(registry.ownerOf(id));
        return IRevenueShare(factory.tokenize(id, terms));
    }

    function _buy(IRevenueShare share, address buyer, uint256 shares) internal returns (uint256 cost) {
        vm.startPrank(buyer);
        token.approve(address(share), type(uint256).max);
        cost = share.buy(shares, type(uint256).max, block.timestamp);
        vm.stopPrank();
    }

    /// @dev A share that runs: 500 shares with `investor`, 300 with SECOND and the rest unsold.
    function _running() internal returns (IRevenueShare share) {
        share = _tokenize();
        _buy(share, investor, 500e18);
        _buy(share, SECOND, 300e18);
        vm.warp(share.terms().saleEnd);
        share.finalise();
    }

    /// @dev A share whose term is over, after `rented` seconds of rent at RATE.
    function _over(uint32 rented) internal returns (IRevenueShare share) {
        share = _running();
        if (rented > 0) _rent(cardId, RATE, 1000, rented);
        vm.warp(share.termEnd());
    }

    function _failed() internal returns (IRevenueShare share) {
        share = _tokenize();
        _buy(share, investor, 10e18);
        _buy(share, SECOND, 20e18);
        vm.warp(share.terms().saleEnd);
        share.finalise();
    }

    /// @dev The renter takes a fresh ask of the operator.
    function _rent(uint256 id, uint64 rate, uint16 thousandths, uint32 duration) internal returns (uint256 leaseId) {
        (IRentalMarket.Ask memory ask, bytes memory signature) = _ask(id, rate);
        vm.prank(RENTER);
        return market.takeAsk(ask, signature, _take(thousandths, duration), "");
    }

    function _ask(uint256 id, uint64 rate) internal returns (IRentalMarket.Ask memory ask, bytes memory signature) {
        ask = IRentalMarket.Ask({
            operator: operator,
            cardId: id,
            epoch: registry.card(id).epoch,
            ratePerSecond: rate,
            minThousandths: 1,
            minDuration: 10 minutes,
            maxDuration: 366 days,
            priorityTier: 0,
            openFrom: 0,
            validUntil: type(uint40).max,
            counter: market.counterOf(operator),
            salt: ++_salt
        });
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OPERATOR_KEY, market.hashAsk(ask));
        signature = abi.encodePacked(r, s, v);
    }

    function _take(uint16 thousandths, uint32 duration) internal pure returns (IRentalMarket.Take memory) {
        return
            IRentalMarket.Take({
                thousandths: thousandths,
                duration: duration,
                maxRatePerSecond: type(uint64).max,
                payInToken: false,
                maxTokenIn: 0,
                accessKeyHash: 0
            });
    }

    function _asList(IRevenueShare share) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(share);
    }

    /// @dev What holders get per second of a lease at 5 % fee, by the protocol page.
    function _holdersRate(uint256 rate, uint256 thousandths) internal pure returns (uint256) {
        uint256 gross = (rate * thousandths) / 1000;
        uint256 fee = (gross * 5) / 100;
        return gross - fee - (gross - fee) / 10;
    }

    /* ASSERTIONS */

    function _equal(uint256 actual, uint256 expected, string memory what) internal pure {
        require(actual == expected, Unequal(actual, expected, what));
    }

    function _equal(address actual, address expected, string memory what) internal pure {
        require(actual == expected, Unequal(uint160(actual), uint160(expected), what));
    }

    function _true(bool condition, string memory what) internal pure {
        require(condition, Untrue(what));
    }
}
