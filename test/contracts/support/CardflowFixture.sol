// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {DollarMinter} from "../../../contracts/dollar/DollarMinter.sol";
import {PriceOracle} from "../../../contracts/dollar/PriceOracle.sol";
import {IAggregatorV3} from "../../../contracts/interfaces/IAggregatorV3.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IPriceOracle} from "../../../contracts/interfaces/IPriceOracle.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {LeaseLedger} from "../../../contracts/leases/LeaseLedger.sol";
import {RentalMarket} from "../../../contracts/market/RentalMarket.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {RevenueShareFactory} from "../../../contracts/revenue/RevenueShareFactory.sol";
import {RenterStaking} from "../../../contracts/staking/RenterStaking.sol";
import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {ComputeDollar} from "../../../contracts/token/ComputeDollar.sol";
import {ComputeToken} from "../../../contracts/token/ComputeToken.sol";
import {vm} from "./Vm.sol";

/// @notice The whole of Cardflow, wired as it is deployed, at 0.80 dollars per CARD. The test itself is the manager's
/// admin and the treasury, so it may call every restricted function and holds all CARD and one million cfUSD.
abstract contract CardflowFixture {
    uint40 internal constant START = 1_900_000_000;
    uint256 internal constant SEED = 30_000_000e18;
    uint8 internal constant MODEL = 7;
    uint8 internal constant REGION = 3;
    uint32 internal constant HOST = 11;
    uint96 internal constant MINIMUM_BOND = 500e18;
    uint96 internal constant REFERENCE_VALUE = 30_000e18;
    /// @dev About 2 dollars an hour, and not round.
    uint64 internal constant RATE = 555_555_555_555_557;
    uint16 internal constant FEE_BPS = 500;
    uint16 internal constant TOKEN_FEE_BPS = 200;
    uint256 internal constant MOST = type(uint256).max;

    AccessManager internal manager;
    ComputeToken internal token;
    ComputeDollar internal dollar;
    MockAggregator internal primaryFeed;
    MockAggregator internal secondFeed;
    PriceOracle internal oracle;
    DollarMinter internal minter;
    CardRegistry internal registry;
    SupplierStaking internal staking;
    RenterStaking internal renters;
    LeaseLedger internal ledger;
    RentalMarket internal market;
    RevenueShareFactory internal factory;

    address internal owner;
    address internal operator;
    address internal otherOperator;
    address internal renter;
    address internal otherRenter;
    address internal matcher;
    address internal stranger;

    mapping(address account => uint256) private _keys;
    uint256 private _salt;
    uint256 private _price8 = 0.8e8;

    constructor() {
        vm.warp(START);
        _name();
        _deployDollar();
        _deployRooms();
        _wire();
        minter.mintExact(1_000_000e18, type(uint128).max, address(this), type(uint40).max);
    }

    /* DEPLOYMENT */

    function _name() private {
        owner = _account(0x0A11);
        operator = _account(0x0DE1);
        otherOperator = _account(0x0DE2);
        renter = _account(0x0E17);
        otherRenter = _account(0x0E18);
        matcher = _account(0x3A7C);
        stranger = _account(0x57A6);
    }

    function _deployDollar() private {
        manager = new AccessManager(address(this));
        token = new ComputeToken(address(manager), address(this), SEED);
        dollar = new ComputeDollar(address(manager));
        primaryFeed = new MockAggregator(8, int256(_price8));
        secondFeed = new MockAggregator(18, int256(_price8 * 1e10));
        oracle = new PriceOracle(
            IPriceOracle.Config({
                authority: address(manager),
                primary: _source(primaryFeed),
                second: _source(secondFeed),
                initialSlow: 0.8e18,
                sequencer: IAggregatorV3(address(0))
            })
        );
        minter = new DollarMinter(
            address(manager),
            token,
            dollar,
            oracle,
            address(this),
            IDollarMinter.Parameters({
                feeBps: 50,
                gateBps: 12_000,
                ceilingBps: 1000,
                openMintBps: 250,
                leaseMintBps: 250,
                openLaneBps: 200,
                earnedLaneBps: 100,
                hardCeiling: 1_000_000_000
            })
        );
    }

    function _source(IAggregatorV3 feed) private pure returns (IPriceOracle.Source memory) {
        return
            IPriceOracle.Source({
                feed: feed,
                heartbeat: 24 hours,
                thresholdBps: 50,
                minPrice: 1_000,
                maxPrice: 1_000_000_000
            });
    }

    function _deployRooms() private {
        registry = new CardRegistry(address(manager));
        staking = new SupplierStaking(address(manager), token, oracle, registry, minter);
        ledger = new LeaseLedger(address(manager), dollar, registry, staking);
        renters = new RenterStaking(token, oracle, ledger);
        market = _newMarket();
        factory = new RevenueShareFactory(address(manager), registry, staking, ledger, token);
    }

    function _newMarket() internal returns (RentalMarket) {
        return
            new RentalMarket(
                address(manager),
                minter,
                registry,
                staking,
                ledger,
                IRentalMarket.MarketParameters({
                    feeBps: FEE_BPS,
                    tokenFeeBps: TOKEN_FEE_BPS,
                    longestMinDuration: 1 hours
                })
            );
    }

    function _wire() private {
        token.setMinter(address(minter));
        dollar.setMinter(address(minter));
        minter.setMarket(address(market));
        minter.setLedger(address(ledger));
        registry.setLedger(address(ledger));
        registry.setEncumbrancer(address(factory), true);
        registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, MINIMUM_BOND);
        registry.setModel(MODEL + 1, "RTX 4090", 24_576, 1_600e18, 40e18);
        registry.setRegion(REGION, "eu-north");
        registry.setRegion(REGION + 1, "us-east");
        staking.setLedger(address(ledger));
        ledger.setMarket(address(market));
        ledger.setMinter(address(minter));
        ledger.setRenterStaking(address(renters));
    }

    /* ACCOUNTS */

    /// @dev The account of a key, which is kept for signing.
    function _account(uint256 key) internal returns (address account) {
        account = vm.addr(key);
        _keys[account] = key;
    }

    function _key(address account) internal view returns (uint256) {
        return _keys[account];
    }

    function _sign(address account, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[account], digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Puts `amount` cfUSD into the account's balance in the ledger.
    function _deposit(address account, uint256 amount) internal {
        dollar.approve(address(ledger), amount);
        ledger.deposit(account, amount, "");
    }

    /// @dev Makes cfUSD for `account` out of nothing, for amounts that no mint would give.
    function _print(address account, uint256 amount) internal {
        dollar.setMinter(address(this));
        dollar.mint(account, amount);
        dollar.setMinter(address(minter));
    }

    function _balance(address account) internal view returns (uint256) {
        return ledger.accountOf(account).balance;
    }

    function _earned(address account) internal view returns (uint256) {
        return ledger.accountOf(account).earned;
    }

    /* PRICES */

    /// @dev Time passes and the feeds keep answering.
    function _pass(uint256 time) internal {
        vm.warp(block.timestamp + time);
        _setPrice(_price8);
    }

    /// @param price8 dollars per CARD with 8 decimals
    function _setPrice(uint256 price8) internal {
        _price8 = price8;
        primaryFeed.setAnswer(int256(price8));
        secondFeed.setAnswer(int256(price8 * 1e10));
    }

    /// @dev CARD-wei burned for `out` cfUSD-wei: 0.8 dollars less the fee of 50 bps are 0.796 for each CARD, rounded up.
    function _cost(uint256 out) internal pure returns (uint256) {
        return (out * 1000 + 795) / 796;
    }

    /* CARDS */

    function _registration(address node) internal pure returns (ICardRegistry.Registration memory registration) {
        registration.model = MODEL;
        registration.region = REGION;
        registration.hostId = HOST;
        registration.operator = node;
    }

    /// @dev A verified card of `owner`, run by `operator`, with a bond for a few whole-card leases.
    function _newCard() internal returns (uint256 cardId) {
        return _newCard(_registration(operator));
    }

    function _newCard(ICardRegistry.Registration memory registration) internal returns (uint256 cardId) {
        vm.prank(owner);
        cardId = registry.register(registration);
        registry.verify(cardId, keccak256(abi.encode("device", cardId)));
        if (registration.operator != address(0)) _bond(cardId, registration.operator, 2_000e18);
    }

    function _bond(uint256 cardId, address node, uint256 amount) internal {
        token.transfer(node, amount);
        vm.startPrank(node);
        token.approve(address(staking), amount);
        staking.stake(cardId, amount);
        vm.stopPrank();
    }

    /* ORDERS */

    /// @dev A standing ask of the card's operator: any part, 10 minutes to 30 days.
    function _ask(uint256 cardId) internal returns (IRentalMarket.Ask memory ask) {
        ICardRegistry.Card memory card = registry.card(cardId);
        ask.operator = card.operator;
        ask.cardId = cardId;
        ask.epoch = card.epoch;
        ask.ratePerSecond = RATE;
        ask.minThousandths = 1;
        ask.minDuration = 10 minutes;
        ask.maxDuration = 30 days;
        ask.validUntil = uint40(block.timestamp) + 1 days;
        ask.counter = market.counterOf(card.operator);
        ask.salt = ++_salt;
    }

    /// @dev A bid of `renter` for one whole card of any kind for a day.
    function _bid() internal returns (IRentalMarket.Bid memory bid) {
        bid.renter = renter;
        bid.models = MOST;
        bid.regions = MOST;
        bid.thousandths = 1000;
        bid.quantity = 1;
        bid.minQuantity = 1;
        bid.maxRatePerSecond = RATE;
        bid.duration = 1 days;
        bid.accessKeyHash = keccak256("access key");
        bid.validUntil = uint40(block.timestamp) + 1 hours;
        bid.counter = market.counterOf(renter);
        bid.salt = ++_salt;
    }

    function _take(uint16 thousandths, uint32 duration) internal pure returns (IRentalMarket.Take memory take) {
        take.thousandths = thousandths;
        take.duration = duration;
        take.maxRatePerSecond = type(uint64).max;
        take.accessKeyHash = keccak256("access key");
    }

    function _signed(IRentalMarket.Ask memory ask) internal view returns (bytes memory) {
        return _sign(ask.operator, market.hashAsk(ask));
    }

    function _signed(IRentalMarket.Bid memory bid) internal view returns (bytes memory) {
        return _sign(bid.renter, market.hashBid(bid));
    }

    function _signed(IRentalMarket.Ask[] memory asks) internal view returns (bytes[] memory signatures) {
        signatures = new bytes[](asks.length);
        for (uint256 i; i < asks.length; ++i) signatures[i] = _signed(asks[i]);
    }

    function _list(IRentalMarket.Ask memory ask) internal pure returns (IRentalMarket.Ask[] memory asks) {
        asks = new IRentalMarket.Ask[](1);
        asks[0] = ask;
    }

    function _list(
        IRentalMarket.Ask memory first,
        IRentalMarket.Ask memory second
    ) internal pure returns (IRentalMarket.Ask[] memory asks) {
        asks = new IRentalMarket.Ask[](2);
        (asks[0], asks[1]) = (first, second);
    }

    /// @dev `matcher` submits; the signatures are made first.
    function _match(
        IRentalMarket.Bid memory bid,
        IRentalMarket.Ask[] memory asks
    ) internal returns (uint256[] memory leaseIds) {
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);
        vm.prank(matcher);
        return market.matchOrders(bid, bidSignature, asks, askSignatures, "");
    }

    function _takeAsk(
        address account,
        IRentalMarket.Ask memory ask,
        IRentalMarket.Take memory take
    ) internal returns (uint256 leaseId) {
        bytes memory signature = _signed(ask);
        vm.prank(account);
        return market.takeAsk(ask, signature, take, "");
    }

    /// @dev Funds `renter` with the escrow and takes a fresh ask of the card.
    function _rent(uint256 cardId, uint16 thousandths, uint32 duration) internal returns (uint256 leaseId) {
        return _rentAt(cardId, RATE, thousandths, duration);
    }

    function _rentAt(
        uint256 cardId,
        uint64 rate,
        uint16 thousandths,
        uint32 duration
    ) internal returns (uint256 leaseId) {
        IRentalMarket.Ask memory ask = _ask(cardId);
        ask.ratePerSecond = rate;
        _deposit(renter, uint256(rate) * duration);
        return _takeAsk(renter, ask, _take(thousandths, duration));
    }

    /* FUNDING */

    /// @dev An ERC-2612 permit of `account` as funding bytes.
    function _permit(
        ERC20Permit asset,
        address account,
        address spender,
        uint256 value
    ) internal view returns (bytes memory) {
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                account,
                spender,
                value,
                asset.nonces(account),
                MOST
            )
        );
        ILeaseLedger.Funding memory funding;
        funding.kind = ILeaseLedger.FundingKind.Permit;
        funding.value = value;
        funding.validBefore = MOST;
        funding.signature = _sign(account, _typed(asset.DOMAIN_SEPARATOR(), message));
        return abi.encode(funding);
    }

    /// @dev An ERC-3009 authorisation of `account` for the ledger as funding bytes.
    function _authorization(address account, uint256 value, bytes32 nonce) internal view returns (bytes memory) {
        return _authorizationBy(account, account, value, nonce);
    }

    /// @dev The same, signed by the key of `signer`.
    function _authorizationBy(
        address signer,
        address account,
        uint256 value,
        bytes32 nonce
    ) internal view returns (bytes memory) {
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
                ),
                account,
                address(ledger),
                value,
                0,
                MOST,
                nonce
            )
        );
        ILeaseLedger.Funding memory funding;
        funding.kind = ILeaseLedger.FundingKind.Authorization;
        funding.value = value;
        funding.validBefore = MOST;
        funding.nonce = nonce;
        funding.signature = _sign(signer, _typed(dollar.DOMAIN_SEPARATOR(), message));
        return abi.encode(funding);
    }

    function _cut(bytes memory signature) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    function _typed(bytes32 domainSeparator, bytes32 message) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator, message));
    }

    /// @dev The call of a withdrawal that the account signed, valid in this second.
    function _signedWithdrawal(address account, uint256 amount, address to) internal view returns (bytes memory) {
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Withdrawal(address account,uint256 amount,address to,uint256 deadline,uint256 nonce)"),
                account,
                amount,
                to,
                block.timestamp,
                ledger.nonces(account)
            )
        );
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Cardflow Lease Ledger"),
                keccak256("1"),
                block.chainid,
                address(ledger)
            )
        );
        bytes memory signature = _sign(account, _typed(separator, hash));
        return abi.encodeCall(ledger.withdrawBySignature, (account, amount, to, block.timestamp, signature));
    }

    /* EXPECTATIONS */

    /// @dev The lease that `_ask` and `_bid` (or `_take`) give, starting now.
    function _expectStarted(uint256 cardId, uint16 thousandths, uint40 end, bool paidInToken) internal {
        ILeaseLedger.Lease memory lease;
        lease.cardId = cardId;
        lease.rate = uint64((uint256(RATE) * thousandths) / 1000);
        lease.thousandths = thousandths;
        lease.feeBps = paidInToken ? TOKEN_FEE_BPS : FEE_BPS;
        lease.paidInToken = paidInToken;
        lease.end = end;
        vm.expectEmit(address(ledger));
        _emitStarted(lease);
    }

    function _emitStarted(ILeaseLedger.Lease memory lease) private {
        emit ILeaseLedger.LeaseStarted(
            (lease.cardId << 48) | block.timestamp,
            lease.cardId,
            renter,
            operator,
            lease.rate,
            lease.thousandths,
            lease.feeBps,
            lease.paidInToken,
            lease.end,
            10,
            720,
            keccak256("access key")
        );
    }

    function _expectMatchRefused(IRentalMarket.MatchRefusal refusal, ILeaseLedger.LegRefusal[] memory legs) internal {
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.MatchRefused.selector, refusal, legs));
    }

    function _legs(ILeaseLedger.LegRefusal refusal) internal pure returns (ILeaseLedger.LegRefusal[] memory legs) {
        legs = new ILeaseLedger.LegRefusal[](1);
        legs[0] = refusal;
    }

    function _noLegs() internal pure returns (ILeaseLedger.LegRefusal[] memory) {
        return new ILeaseLedger.LegRefusal[](0);
    }
}
