// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @notice The manager under a name of the project's own, so that a deployment by name finds it.
contract DollarPoolManager is AccessManager {
    constructor(address admin) AccessManager(admin) {}
}

interface IPool {
    function mint(address to, int24 lower, int24 upper, uint128 amount, bytes calldata data) external;
    function burn(int24 lower, int24 upper, uint128 amount) external;
    function swap(address to, bool zeroForOne, int256 amount, uint160 limit, bytes calldata data) external;
}

interface IPayable {
    function transfer(address to, uint256 amount) external returns (bool);
}

/// @notice A token of any decimals for the other side of a pool.
contract PoolToken {
    uint8 public immutable decimals;
    mapping(address holder => uint256) public balanceOf;

    constructor(uint8 decimals_) {
        decimals = decimals_;
        balanceOf[msg.sender] = type(uint128).max;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// @notice Adds and removes liquidity over the whole range of a Uniswap v3 pool of spacing 60, and swaps in it.
contract PoolDriver {
    int24 private constant EDGE = 887_220;

    address private immutable _TOKEN0;
    address private immutable _TOKEN1;

    constructor(address token0, address token1) {
        _TOKEN0 = token0;
        _TOKEN1 = token1;
    }

    function add(IPool pool, uint128 liquidity) external {
        pool.mint(address(this), -EDGE, EDGE, liquidity, "");
    }

    function remove(IPool pool, uint128 liquidity) external {
        pool.burn(-EDGE, EDGE, liquidity);
    }

    function swapTo(IPool pool, bool zeroForOne, uint160 limit) external {
        pool.swap(address(this), zeroForOne, type(int128).max, limit, "");
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata) external {
        IPayable(_TOKEN0).transfer(msg.sender, amount0);
        IPayable(_TOKEN1).transfer(msg.sender, amount1);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata) external {
        if (amount0 > 0) IPayable(_TOKEN0).transfer(msg.sender, uint256(amount0));
        if (amount1 > 0) IPayable(_TOKEN1).transfer(msg.sender, uint256(amount1));
    }
}
