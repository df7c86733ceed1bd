// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IComputeToken} from "../interfaces/IComputeToken.sol";

/// @title CARD, the utility token
/// @notice See `IComputeToken`. Keeps I1 whatever the minter and the emitter do.
/// @dev Trusts the stored minter with `burnByMinter`. Both stored callers are set through the AccessManager, with its delay.
contract ComputeToken is ERC20Permit, AccessManaged, IComputeToken {
    using SafeCast for uint256;

    /// @inheritdoc IComputeToken
    uint256 public constant CAP = 1_000_000_000e18;
    /// @inheritdoc IComputeToken
    uint256 public constant GENESIS_SUPPLY = 600_000_000e18;
    /// @inheritdoc IComputeToken
    uint256 public constant EMISSION_BUDGET = 400_000_000e18;

    // slot (32 bytes): the minter is checked and the reserve is read by the same call
    address private _minter;
    uint96 private _emissionLeft = uint96(EMISSION_BUDGET);

    address private _emitter;

    /// @param authority the AccessManager
    /// @param treasury holder of the genesis supply
    /// @param seed part of it that is burned at once and becomes the minter's first credit (wei of CARD)
    constructor(
        address authority,
        address treasury,
        uint256 seed
    ) ERC20("Cardflow Compute Token", "CARD") ERC20Permit("Cardflow Compute Token") AccessManaged(authority) {
        _mint(treasury, GENESIS_SUPPLY);
        _burn(treasury, seed);
    }

    /* VIEWS */

    /// @inheritdoc IComputeToken
    function emissionLeft() external view returns (uint256) {
        return _emissionLeft;
    }

    /// @inheritdoc IComputeToken
    function headroom() external view returns (uint256) {
        return CAP - totalSupply() - _emissionLeft;
    }

    /// @inheritdoc IComputeToken
    function minter() external view returns (address) {
        return _minter;
    }

    /// @inheritdoc IComputeToken
    function emitter() external view returns (address) {
        return _emitter;
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /* HOLDER */

    /// @inheritdoc IComputeToken
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }

    /// @inheritdoc IComputeToken
    function burnFrom(address from, uint256 amount) external {
        _spendAllowance(from, msg.sender, amount);
        _burn(from, amount);
    }

    /* MINTER */

    /// @inheritdoc IComputeToken
    function mint(address to, uint256 amount) external {
        address minter_ = _minter;
        require(msg.sender == minter_, CallerNotTokenMinter(msg.sender, minter_));
        uint256 room = CAP - totalSupply() - _emissionLeft;
        require(amount <= room, CapExceeded(amount, room));
        _mint(to, amount);
    }

    /// @inheritdoc IComputeToken
    function burnByMinter(address from, uint256 amount) external {
        require(msg.sender == _minter, CallerNotTokenMinter(msg.sender, _minter));
        _burn(from, amount);
    }

    /* EMITTER */

    /// @inheritdoc IComputeToken
    function mintEmission(address to, uint256 amount) external {
        require(msg.sender == _emitter, CallerNotEmitter(msg.sender, _emitter));
        uint256 left = _emissionLeft;
        require(amount <= left, EmissionBudgetExceeded(amount, left));
        left -= amount;
        _emissionLeft = left.toUint96();
        _mint(to, amount);
        emit EmissionIssued(to, amount, left);
    }

    /* GOVERNANCE */

    /// @inheritdoc IComputeToken
    function setMinter(address newMinter) external restricted {
        emit TokenMinterChanged(_minter, newMinter);
        _minter = newMinter;
    }

    /// @inheritdoc IComputeToken
    function setEmitter(address newEmitter) external restricted {
        emit EmitterChanged(_emitter, newEmitter);
        _emitter = newEmitter;
    }
}
