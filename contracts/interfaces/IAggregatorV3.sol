// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A price source in the shape of Chainlink's aggregators
/// @notice The part of `AggregatorV3Interface` that the oracle reads; adapters for other sources have the same shape.
interface IAggregatorV3 {
    /// @notice Number of decimals of `answer`; the oracle reads it at every use and refuses more than 18.
    function decimals() external view returns (uint8);

    /// @notice The newest round.
    /// @return roundId number of the round; the oracle does not use it
    /// @return answer the price in dollars with `decimals()` decimals; of a sequencer feed 0 = up, 1 = down
    /// @return startedAt when the round started (seconds); of a sequencer feed when its answer last changed
    /// @return updatedAt when the answer was computed (seconds)
    /// @return answeredInRound deprecated by Chainlink; the oracle does not use it
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
