// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A pause that names its end, ends by itself and cannot be renewed back to back
/// @notice Keeps one kind of entry closed until a stated time. The same kind can be paused again only `COOLDOWN` after the
/// last pause of it began, so a guardian can never close anything for good.
/// @dev A struct begins a slot of its own: where each gas counts, the guarded contract keeps a copy of `until` beside the parameters
/// that it reads anyway.
library TimedPause {
    struct State {
        uint40 began; // seconds; 0 if never paused
        uint40 until; // seconds; open from this second on
    }

    /// @notice Time between the beginnings of two pauses of one kind, in seconds.
    uint40 internal constant COOLDOWN = 30 days;

    /// @notice Emitted when a guardian closes an entry; `kind` names it, `until` is the second it opens by itself.
    event EntryPausedUntil(bytes32 indexed kind, uint40 until, address indexed guardian);

    /// @notice The entry is closed; it opens by itself at `until` (seconds).
    error EntryPaused(bytes32 kind, uint40 until);
    /// @notice A pause must end after now and at most `limit` (seconds, absolute).
    error PauseEndOutOfRange(bytes32 kind, uint40 until, uint40 limit);
    /// @notice This kind was paused less than `COOLDOWN` ago; the next pause may begin at `allowedFrom` (seconds).
    error PauseTooSoon(bytes32 kind, uint40 allowedFrom);

    function begin(State storage self, bytes32 kind, uint40 until, uint40 longest) internal {
        uint40 nowSeconds = uint40(block.timestamp);
        uint40 allowedFrom = self.began == 0 ? 0 : self.began + COOLDOWN;
        require(nowSeconds >= allowedFrom, PauseTooSoon(kind, allowedFrom));
        require(
            until > nowSeconds && until <= nowSeconds + longest,
            PauseEndOutOfRange(kind, until, nowSeconds + longest)
        );
        self.began = nowSeconds;
        self.until = until;
        emit EntryPausedUntil(kind, until, msg.sender);
    }

    function requireOpen(State storage self, bytes32 kind) internal view {
        require(block.timestamp >= self.until, EntryPaused(kind, self.until));
    }
}
