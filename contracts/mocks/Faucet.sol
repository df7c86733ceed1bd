// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Buckets} from "../dollar/libraries/Buckets.sol";

/// @title Gives a little of a token to anyone who asks, so much per account and so much per day; for tests and testnets only
/// @notice Gives out of what it holds: whoever has the token fills it by a plain transfer. Nobody can take anything else out.
/// @dev Many accounts cost nothing, so the limit per account is a courtesy and the limit per day is the bound: it refills evenly, so
/// at most twice of it is given in any 24 hours.
contract Faucet {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    struct Day {
        // slot 0 (21 bytes)
        uint128 used; // wei at `last`
        uint40 last; // seconds
    }

    /// @notice An amount, interval or limit is zero, or the limit is below the amount.
    error FaucetTermsInvalid(uint128 amount, uint32 interval, uint128 dailyLimit);
    /// @notice Nobody is named to receive.
    error FaucetReceiverZero(address caller);
    /// @notice The account got something less than an interval ago; it may again at `allowedFrom` (seconds).
    error FaucetTooSoon(address account, uint40 allowedFrom);
    /// @notice The day's limit leaves `room` (wei).
    error FaucetDayUsedUp(uint256 amount, uint256 room);
    /// @notice The faucet holds `held` (wei).
    error FaucetEmpty(uint256 amount, uint256 held);

    /// @notice `account` got `amount`, asked for by `caller`; it may again at `allowedFrom` (seconds).
    event FaucetGiven(address indexed account, address indexed caller, uint256 amount, uint40 allowedFrom);

    IERC20 private immutable TOKEN;
    uint128 private immutable AMOUNT;
    uint32 private immutable INTERVAL;
    uint128 private immutable DAILY_LIMIT;

    Day private _day;
    mapping(address account => uint40 seconds_) private _allowedFrom;

    /// @param token_ what is given
    /// @param amount_ given at once (wei)
    /// @param interval_ between two gifts to one account (seconds)
    /// @param dailyLimit_ given to all accounts at once, and refilled in 24 hours (wei)
    constructor(IERC20 token_, uint128 amount_, uint32 interval_, uint128 dailyLimit_) {
        bool valid = amount_ != 0 && interval_ != 0 && dailyLimit_ >= amount_;
        require(valid, FaucetTermsInvalid(amount_, interval_, dailyLimit_));
        TOKEN = token_;
        AMOUNT = amount_;
        INTERVAL = interval_;
        DAILY_LIMIT = dailyLimit_;
        _day.last = uint40(block.timestamp);
    }

    /* VIEWS */

    /// @notice What is given.
    function token() external view returns (IERC20) {
        return TOKEN;
    }

    /// @notice What is given at once, in wei.
    function amount() external view returns (uint256) {
        return AMOUNT;
    }

    /// @notice Time between two gifts to one account, in seconds.
    function interval() external view returns (uint256) {
        return INTERVAL;
    }

    /// @notice What may be given to all accounts at once, and refills in 24 hours, in wei.
    function dailyLimit() external view returns (uint256) {
        return DAILY_LIMIT;
    }

    /// @notice What the day's limit leaves now, in wei.
    function room() public view returns (uint256) {
        return Buckets.room(_usedNow(), DAILY_LIMIT);
    }

    /// @notice When an account may get something again (seconds); 0 if it never did.
    function allowedFrom(address account) external view returns (uint40) {
        return _allowedFrom[account];
    }

    /* ANYONE */

    /// @notice Gives `amount()` to an account. Reverts with `FaucetReceiverZero`, `FaucetTooSoon`, `FaucetDayUsedUp` or
    /// `FaucetEmpty`.
    function give(address account) external {
        require(account != address(0), FaucetReceiverZero(msg.sender));
        uint40 from = _allowedFrom[account];
        require(block.timestamp >= from, FaucetTooSoon(account, from));
        uint256 left = room();
        require(AMOUNT <= left, FaucetDayUsedUp(AMOUNT, left));
        uint256 held = TOKEN.balanceOf(address(this));
        require(AMOUNT <= held, FaucetEmpty(AMOUNT, held));

        _day = Day({used: (_usedNow() + AMOUNT).toUint128(), last: uint40(block.timestamp)});
        from = (block.timestamp + INTERVAL).toUint40();
        _allowedFrom[account] = from;
        emit FaucetGiven(account, msg.sender, AMOUNT, from);
        TOKEN.safeTransfer(account, AMOUNT);
    }

    /* INTERNAL */

    function _usedNow() private view returns (uint256) {
        return Buckets.usedNow({used: _day.used, last: _day.last, capacity: DAILY_LIMIT});
    }
}
