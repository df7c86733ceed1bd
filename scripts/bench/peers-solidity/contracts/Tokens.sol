// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {ERC4626, IERC20} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {ERC20 as SoladyERC20} from "solady/src/tokens/ERC20.sol";
import {ERC4626 as SoladyERC4626} from "solady/src/tokens/ERC4626.sol";
import {ERC20 as SolmateERC20} from "solmate/src/tokens/ERC20.sol";
import {ERC4626 as SolmateERC4626} from "solmate/src/tokens/ERC4626.sol";

// The least that makes each library's abstract contracts deployable.

contract OpenZeppelinToken is ERC20("Peer", "PEER") {
    constructor() {
        _mint(msg.sender, 1e30);
    }
}

contract SoladyToken is SoladyERC20 {
    constructor() {
        _mint(msg.sender, 1e30);
    }

    function name() public pure override returns (string memory) {
        return "Peer";
    }

    function symbol() public pure override returns (string memory) {
        return "PEER";
    }
}

contract SolmateToken is SolmateERC20("Peer", "PEER", 18) {
    constructor() {
        _mint(msg.sender, 1e30);
    }
}

contract VotesToken is ERC20("Peer", "PEER"), EIP712("Peer", "1"), ERC20Votes {
    constructor() {
        _mint(msg.sender, 1e28);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}

contract PermitToken is ERC20("Peer", "PEER"), ERC20Permit("Peer") {
    constructor() {
        _mint(msg.sender, 1e24);
    }
}

contract OpenZeppelinVault is ERC4626 {
    constructor(IERC20 asset_) ERC20("Peer Vault", "vPEER") ERC4626(asset_) {}
}

contract SoladyVault is SoladyERC4626 {
    address private immutable ASSET;

    constructor(address asset_) {
        ASSET = asset_;
    }

    function asset() public view override returns (address) {
        return ASSET;
    }

    function name() public pure override returns (string memory) {
        return "Peer Vault";
    }

    function symbol() public pure override returns (string memory) {
        return "vPEER";
    }
}

contract SolmateVault is SolmateERC4626 {
    constructor(SolmateERC20 asset_) SolmateERC4626(asset_, "Peer Vault", "vPEER") {}

    function totalAssets() public view override returns (uint256) {
        return asset.balanceOf(address(this));
    }
}

contract ClonedToken is ERC20PermitUpgradeable {
    function initialize(address holder) external initializer {
        __ERC20_init("Peer", "PEER");
        __ERC20Permit_init("Peer");
        _mint(holder, 1e24);
    }
}

contract ClonedTokens {
    address private immutable IMPLEMENTATION = address(new ClonedToken());

    function create() external {
        ClonedToken(Clones.clone(IMPLEMENTATION)).initialize(msg.sender);
    }
}

contract PeerCollectible is ERC721("Peer", "PEER") {
    function mint(uint256 id) external {
        _mint(msg.sender, id);
    }
}
