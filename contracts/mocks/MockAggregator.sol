// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";

/// @title A price or uptime feed whose answers and faults anyone can set; for tests and testnets only
contract MockAggregator is IAggregatorV3 {
    /// @notice How a feed can be broken.
    enum Fault {
        None,
        Reverts,
        ReturnsTooLittle,
        ReturnsTooMuch,
        BurnsAllGas,
        DecimalsRevert,
        DecimalsReturnTooLittle
    }

    /// @notice The mock is told to revert.
    error MockFeedFailed();

    int256 private _answer;
    // slot (28 bytes)
    uint64 private _startedAt;
    uint64 private _updatedAt;
    uint80 private _roundId;
    uint8 private _decimals;
    Fault private _fault;

    constructor(uint8 decimals_, int256 answer) {
        _decimals = decimals_;
        _roundId = 1;
        setAnswer(answer);
    }

    /// @inheritdoc IAggregatorV3
    function decimals() external view returns (uint8) {
        require(_fault != Fault.DecimalsRevert, MockFeedFailed());
        if (_fault == Fault.DecimalsReturnTooLittle) _return(31);
        return _decimals;
    }

    /// @inheritdoc IAggregatorV3
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        Fault fault = _fault;
        require(fault != Fault.Reverts, MockFeedFailed());
        if (fault == Fault.ReturnsTooLittle) _return(159);
        if (fault == Fault.BurnsAllGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (fault == Fault.ReturnsTooMuch) {
            bytes memory round = abi.encode(_roundId, _answer, _startedAt, _updatedAt, _roundId);
            assembly ("memory-safe") {
                return(add(round, 0x20), 100000)
            }
        }
        return (_roundId, _answer, _startedAt, _updatedAt, _roundId);
    }

    /// @notice Answers `answer` as of now, in a new round.
    function setAnswer(int256 answer) public {
        setRound(answer, uint64(block.timestamp), uint64(block.timestamp));
    }

    /// @notice Answers `answer` with the given times (seconds), in a new round.
    function setRound(int256 answer, uint64 startedAt, uint64 updatedAt) public {
        _answer = answer;
        _startedAt = startedAt;
        _updatedAt = updatedAt;
        ++_roundId;
    }

    function setDecimals(uint8 newDecimals) external {
        _decimals = newDecimals;
    }

    function setFault(Fault newFault) external {
        _fault = newFault;
    }

    /// @dev Answers with `size` zero bytes.
    function _return(uint256 size) private pure {
        assembly ("memory-safe") {
            return(mload(0x40), size)
        }
    }
}
