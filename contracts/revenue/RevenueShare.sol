// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {IRevenueShare, IRevenueShareFactory} from "../interfaces/IRevenueShare.sol";
import {Holding} from "./libraries/Holdings.sol";
import {ShareTerms} from "./libraries/ShareTerms.sol";

/// @title Revenue share of one card for one term
/// @dev Keeps I10 (what is claimed and owed never passes what accrued, and falls short of it by less than one wei per account
/// that ever held) and I11 (a transfer conserves what is owed): what all accounts are due is `supply · cum` less what was claimed,
/// a transfer changes nobody's due, and it is rounded down only where it is paid.
///
/// Assumes of the ledger that the revenue of a number never falls, accrues at less than 2^64 a second and is final once the term
/// is over (I9), that it starts at zero when the number does, and that the number starts by this share's `activate` alone; of
/// the registry that it frees the card by nobody else's word before the end of the term; of CARD that a transfer moves exactly
/// its amount. Neither token has hooks, so no stranger is ever called.
///
/// Unsold shares lie with the owner's others, and its account says so: a claim then costs every holder the same, and only a
/// transfer by that owner has to look up how many of them must stay.
contract RevenueShare is IRevenueShare, ERC20Permit, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    enum Stage {
        Open,
        Succeeded,
        Failed
    }

    struct Account {
        Holding holding; // slot 0 (32 bytes)
    }

    struct Sale {
        uint80 sold; // slot 0 (27 bytes); share-wei
        uint128 proceeds; // CARD-wei
        Stage stage;
    }

    struct Payout {
        uint128 released; // slot 0 (26 bytes); CARD-wei of the vested proceeds
        uint80 burned; // share-wei handed in, or refunded after a failed sale
    }

    uint256 private constant SHARE = 1e18;
    uint256 private constant BPS = 10_000;

    ICardRegistry private immutable REGISTRY;
    ILeaseLedger private immutable LEDGER;
    IERC20 private immutable TOKEN;
    IRevenueShareFactory private immutable FACTORY;
    address private immutable IMPLEMENTATION;

    Sale private _sale;
    Payout private _payout;
    address private _unsoldOwner;
    mapping(address account => Account) private _accounts;
    mapping(address account => uint128 amount) private _paidBy;

    constructor(
        ICardRegistry registry,
        ILeaseLedger ledger,
        IERC20 token,
        IRevenueShareFactory factory
    ) ERC20("Cardflow Revenue Share", "REV") ERC20Permit("Cardflow Revenue Share") {
        REGISTRY = registry;
        LEDGER = ledger;
        TOKEN = token;
        FACTORY = factory;
        IMPLEMENTATION = address(this);
    }

    /* VIEWS */

    /// @notice The same for all shares, and the name of their EIP-712 domain.
    function name() public view override returns (string memory) {
        return _EIP712Name();
    }

    /// @notice REV-<card>-<number>
    function symbol() public view override returns (string memory) {
        (uint256 card, uint16 number_) = ShareTerms.identity();
        return string.concat("REV-", Strings.toString(card), "-", Strings.toString(number_));
    }

    /// @notice What is sold during the sale; after it the supply of the terms less what was handed in.
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return (_sale.stage == Stage.Succeeded ? ShareTerms.supply() : _sale.sold) - _payout.burned;
    }

    /// @notice Shares of an account; of the owner at `finalise` the unsold ones too, which never move.
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return _accounts[account].holding.balance();
    }

    /// @inheritdoc IRevenueShare
    function cardId() external view returns (uint256 cardId_) {
        (cardId_, ) = ShareTerms.identity();
    }

    /// @inheritdoc IRevenueShare
    function number() external view returns (uint16 number_) {
        (, number_) = ShareTerms.identity();
    }

    /// @inheritdoc IRevenueShare
    function terms() external view returns (Terms memory) {
        return ShareTerms.all();
    }

    /// @inheritdoc IRevenueShare
    function termEnd() public view returns (uint40) {
        return ShareTerms.saleEnd() + ShareTerms.term();
    }

    /// @inheritdoc IRevenueShare
    function phase() public view returns (Phase) {
        Sale memory sale = _sale;
        if (sale.stage == Stage.Failed) return Phase.Failed;
        if (sale.stage == Stage.Succeeded) return block.timestamp < termEnd() ? Phase.Running : Phase.Over;
        return block.timestamp < ShareTerms.saleEnd() && sale.sold < ShareTerms.supply() ? Phase.Sale : Phase.Ended;
    }

    /// @inheritdoc IRevenueShare
    function sold() external view returns (uint256) {
        return _sale.sold;
    }

    /// @inheritdoc IRevenueShare
    function proceeds() external view returns (uint256) {
        return _sale.proceeds;
    }

    /// @inheritdoc IRevenueShare
    function unsold() external view returns (address owner, uint256 shares) {
        owner = _unsoldOwner;
        if (owner != address(0)) shares = _unsoldShares();
    }

    /// @inheritdoc IRevenueShare
    function paidBy(address account) external view returns (uint256) {
        return _paidBy[account];
    }

    /// @inheritdoc IRevenueShare
    function costOf(uint256 shares) public view returns (uint256) {
        return Math.mulDiv(shares, ShareTerms.price(), SHARE, Math.Rounding.Ceil);
    }

    /// @inheritdoc IRevenueShare
    function revenue() public view returns (uint256) {
        (uint256 card, uint16 number_) = ShareTerms.identity();
        return LEDGER.accruedRevenueOf(card, number_);
    }

    /// @inheritdoc IRevenueShare
    function claimable(address account) external view returns (uint256) {
        return _accounts[account].holding.due(revenue()) / ShareTerms.supply();
    }

    /// @inheritdoc IRevenueShare
    function vested() external view returns (uint256 vested_, uint256 released) {
        (vested_, ) = _vesting(_sale);
        released = _payout.released;
    }

    /// @inheritdoc IRevenueShare
    function previewHandIn(uint256 shares) external view returns (uint256) {
        Sale memory sale = _sale;
        (, uint256 unvested) = _vesting(sale);
        return unvested == 0 ? 0 : Math.mulDiv(unvested, shares, sale.sold);
    }

    /* INVESTOR */

    /// @inheritdoc IRevenueShare
    function buy(uint256 shares, uint256 maxCost, uint256 deadline) external nonReentrant returns (uint256 cost) {
        return _buy(shares, maxCost, deadline);
    }

    /// @inheritdoc IRevenueShare
    function buyWithPermit(
        uint256 shares,
        uint256 maxCost,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 cost) {
        // Whoever submits the permit first does not stop the purchase: only the allowance counts.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), maxCost, deadline, v, r, s) {} catch {}
        return _buy(shares, maxCost, deadline);
    }

    /// @inheritdoc IRevenueShare
    function claim() external nonReentrant returns (uint256 amount) {
        return _claim(msg.sender, true);
    }

    /// @inheritdoc IRevenueShare
    function handIn(uint256 shares) external nonReentrant returns (uint256 amount) {
        Phase phase_ = phase();
        require(phase_ == Phase.Over, SharePhaseWrong(phase_, Phase.Over));
        require(shares > 0, ShareAmountZero());

        _burn(msg.sender, shares);
        Sale memory sale = _sale;
        (, uint256 unvested) = _vesting(sale);
        amount = Math.mulDiv(unvested, shares, sale.sold);
        require(amount > 0, ShareHandInWorthless(msg.sender, shares));
        emit SharesHandedIn(msg.sender, shares, amount);

        TOKEN.safeTransfer(msg.sender, amount);
    }

    /* ANYONE */

    /// @inheritdoc IRevenueShare
    function finalise() external nonReentrant {
        Phase phase_ = phase();
        require(phase_ != Phase.Sale, ShareSaleRunning(ShareTerms.saleEnd(), _unsoldShares()));
        require(phase_ == Phase.Ended, SharePhaseWrong(phase_, Phase.Ended));

        (uint256 card, ) = ShareTerms.identity();
        bool named = REGISTRY.encumbrance(card).holder == address(this);
        bool running = block.timestamp < termEnd();
        if (
            named &&
            running &&
            _sale.proceeds >= ShareTerms.minimumRaise() &&
            REGISTRY.card(card).state == ICardRegistry.CardState.Verified
        ) _succeed(card);
        else _fail(card, named, running);
    }

    /// @inheritdoc IRevenueShare
    function claimFor(address account) external nonReentrant returns (uint256 amount) {
        return _claim(account, false);
    }

    /// @inheritdoc IRevenueShare
    function release() external nonReentrant returns (uint256 amount) {
        Sale memory sale = _sale;
        require(sale.stage == Stage.Succeeded, SharePhaseWrong(phase(), Phase.Running));

        (uint256 vested_, ) = _vesting(sale);
        amount = vested_ - _payout.released;
        if (amount == 0) return 0;
        (uint256 card, ) = ShareTerms.identity();
        address owner = REGISTRY.ownerOf(card);
        _payout.released = vested_.toUint128();
        emit ProceedsReleased(owner, amount, vested_);

        TOKEN.safeTransfer(owner, amount);
    }

    /// @inheritdoc IRevenueShare
    function refund(address account) external nonReentrant returns (uint256 paid) {
        require(_sale.stage == Stage.Failed, SharePhaseWrong(phase(), Phase.Failed));
        paid = _paidBy[account];
        require(paid > 0, ShareNothingToRefund(account));

        delete _paidBy[account];
        _burn(account, _accounts[account].holding.balance());
        emit PurchaseRefunded(account, paid);

        TOKEN.safeTransfer(account, paid);
    }

    /* FACTORY */

    /// @inheritdoc IRevenueShare
    function claimToWallet(address account) external nonReentrant returns (uint256 amount) {
        require(msg.sender == address(FACTORY), ShareCallerNotFactory(msg.sender));
        return _claim(account, true);
    }

    /* INTERNAL */

    /// @dev The one write path of balances. New shares bring no correction: they are made before the first revenue.
    function _update(address from, address to, uint256 value) internal override {
        Account storage taker = _accounts[to];
        if (from == address(0)) {
            taker.holding = taker.holding.plus(value, 0);
        } else {
            uint256 cum = revenue();
            // There is none before a sale that succeeded: where there is some, its stage need not be looked up.
            if (cum == 0) _requireTransferable(to);
            Account storage giver = _accounts[from];
            Holding holding = giver.holding;
            uint256 balance = holding.balance();
            if (holding.hasUnsold()) balance -= _unsoldShares();
            require(value <= balance, ERC20InsufficientBalance(from, balance, value));
            giver.holding = holding.minus(value, cum);
            if (to == address(0)) _payout.burned += value.toUint80();
            else taker.holding = taker.holding.plus(value, cum);
        }
        emit Transfer(from, to, value);
    }

    /// @dev Shares may be burned in every stage, but change hands only after a sale that succeeded.
    function _requireTransferable(address to) private view {
        // Not `require`: it would read the phase each time.
        if (to != address(0) && _sale.stage != Stage.Succeeded) revert ShareNotTransferableYet(phase());
    }

    function _buy(uint256 shares, uint256 maxCost, uint256 deadline) private returns (uint256 cost) {
        require(address(this) != IMPLEMENTATION, ShareNotAClone());
        require(block.timestamp <= deadline, ShareDeadlinePassed(deadline));
        Phase phase_ = phase();
        require(phase_ == Phase.Sale, SharePhaseWrong(phase_, Phase.Sale));
        uint40 pausedUntil = FACTORY.salesPausedUntil();
        require(block.timestamp >= pausedUntil, ShareSalesPaused(pausedUntil));
        require(shares > 0, ShareAmountZero());
        Sale memory sale = _sale;
        uint256 left = _unsoldShares();
        require(shares <= left, ShareSoldOut(left, shares));
        cost = costOf(shares);
        require(cost <= maxCost, ShareCostAboveLimit(cost, maxCost));

        uint128 paid = cost.toUint128();
        _sale.sold = sale.sold + shares.toUint80();
        _sale.proceeds = sale.proceeds + paid;
        _paidBy[msg.sender] += paid;
        _mint(msg.sender, shares);
        emit SharesBought(msg.sender, shares, cost);

        TOKEN.safeTransferFrom(msg.sender, address(this), cost);
    }

    function _claim(address account, bool toWallet) private returns (uint256 amount) {
        (uint256 card, uint16 number_) = ShareTerms.identity();
        uint256 cum = LEDGER.accruedRevenueOf(card, number_);
        Account storage holder = _accounts[account];
        Holding holding = holder.holding;
        uint256 supply = ShareTerms.supply();
        amount = holding.due(cum) / supply;
        if (amount == 0) return 0;
        holder.holding = holding.less(amount, supply);

        LEDGER.payRevenue(card, number_, toWallet, amount, account);
    }

    function _succeed(uint256 card) private {
        Sale memory sale = _sale;
        address owner = REGISTRY.ownerOf(card);
        uint256 rest = _unsoldShares();
        uint256 upfront = _upfront(sale.proceeds);
        _sale.stage = Stage.Succeeded;
        if (rest > 0) {
            _unsoldOwner = owner;
            Account storage holder = _accounts[owner];
            holder.holding = holder.holding.plus(rest, 0).withUnsold();
            emit Transfer(address(0), owner, rest);
        }
        emit ShareFinalised(true, sale.sold, sale.proceeds, owner, upfront);

        REGISTRY.activate(card);
        if (upfront > 0) TOKEN.safeTransfer(owner, upfront);
    }

    function _fail(uint256 card, bool named, bool running) private {
        Sale memory sale = _sale;
        _sale.stage = Stage.Failed;
        emit ShareFinalised(false, sale.sold, sale.proceeds, address(0), 0);

        // A card whose term is over may have been freed by anyone, and encumbered again.
        if (named && running) REGISTRY.release(card);
        else if (named) REGISTRY.expire(card);
    }

    function _unsoldShares() private view returns (uint256) {
        return ShareTerms.supply() - _sale.sold;
    }

    /// @dev The proceeds without the upfront part are `vested_ + unvested`; both are zero unless the sale succeeded. Nothing can
    /// overflow: proceeds < 2^128, revenue < 2^95.
    function _vesting(Sale memory sale) private view returns (uint256 vested_, uint256 unvested) {
        if (sale.stage != Stage.Succeeded) return (0, 0);
        uint256 rest = sale.proceeds - _upfront(sale.proceeds);
        uint256 start = ShareTerms.saleEnd();
        uint256 term = ShareTerms.term();
        uint256 elapsed = Math.min(Math.saturatingSub(block.timestamp, start), term);

        vested_ = Math.min((rest * elapsed) / term, (rest * revenue()) / ShareTerms.promisedRevenue());
        vested_ = Math.min(rest, vested_);
        unvested = rest - vested_;
    }

    function _upfront(uint256 proceeds_) private view returns (uint256) {
        return (proceeds_ * ShareTerms.upfrontBps()) / BPS;
    }
}
