// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A smart account that does what it is told by anyone, for tests only.
abstract contract Wallet is IERC1271 {
    function perform(address target, bytes calldata data) external returns (bytes memory) {
        (bool success, bytes memory answer) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }
}

/// @notice Accepts the signatures of one key, which can be rotated.
contract KeyWallet is Wallet {
    address public key;

    constructor(address key_) {
        key = key_;
    }

    function rotate(address key_) external {
        key = key_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) public view virtual returns (bytes4) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        bool good = failure == ECDSA.RecoverError.NoError && signer == key;
        return good ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @notice Answers for its key as its mood is, by the first 65 bytes of a signature, and takes cards that are sent safely or not.
contract MoodyWallet is KeyWallet, IERC721Receiver {
    /// @dev The first three count; what `Dirty`, `Short` and `Reverting` return begins with a good answer all the same.
    enum Mood {
        Fair,
        Slow, // just within the gas of a check
        LongWinded, // 4 096 bytes
        Refusing,
        Dirty, // more than the four bytes in the word
        Short, // 31 bytes
        Reverting,
        TooSlow, // more gas than a check has
        Burning
    }

    Mood public mood;
    bool public refusesCards;

    constructor(address key_) KeyWallet(key_) {}

    function behave(Mood mood_, bool refusesCards_) external {
        (mood, refusesCards) = (mood_, refusesCards_);
    }

    function onERC721Received(address, address, uint256, bytes calldata) external view returns (bytes4) {
        return refusesCards ? bytes4(0xffffffff) : IERC721Receiver.onERC721Received.selector;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) public view override returns (bytes4 answer) {
        Mood mood_ = mood;
        if (mood_ == Mood.Refusing) return 0xffffffff;
        if (mood_ == Mood.Burning) _burn();
        if (mood_ == Mood.Slow) _idle(135_000);
        if (mood_ == Mood.TooSlow) _idle(155_000);
        answer = super.isValidSignature(digest, signature[:65]);
        if (mood_ == Mood.LongWinded) _return(answer, 4096);
        if (mood_ == Mood.Dirty) _return(answer | bytes32(uint256(1)), 32);
        if (mood_ == Mood.Short) _return(answer, 31);
        if (mood_ == Mood.Reverting) _revert(answer);
    }

    function _idle(uint256 gas_) private view {
        uint256 begin = gasleft();
        while (begin - gasleft() < gas_) {}
    }

    function _burn() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function _return(bytes32 word, uint256 size) private pure {
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mstore(answer, word)
            return(answer, size)
        }
    }

    function _revert(bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(0x00, word)
            revert(0x00, 0x20)
        }
    }
}

/// @notice Accepts everything.
contract YesWallet is Wallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}

/// @notice Answers as it is told: with `size` bytes, the first of which say yes.
contract LongAnswerWallet is Wallet {
    uint256 private immutable SIZE;

    constructor(uint256 size) {
        SIZE = size;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        bytes4 yes = IERC1271.isValidSignature.selector;
        uint256 size = SIZE;
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mstore(answer, yes)
            return(answer, size)
        }
    }
}

/// @notice Uses up all the gas it gets.
contract BurningWallet is Wallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Makes a call while it is asked, and says yes only if that call succeeds.
contract CallingWallet is Wallet {
    address private _target;
    bytes private _call;

    function prepare(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        // The interface is a view; the call below is made as any contract would make it.
        function(address, bytes memory) internal view returns (bool) attempt;
        function(address, bytes memory) internal returns (bool) real = _attempt;
        assembly {
            attempt := real
        }
        return attempt(_target, _call) ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    function _attempt(address target, bytes memory call_) private returns (bool success) {
        (success, ) = target.call(call_);
    }
}

/// @notice Says yes only while a view of another contract answers as expected.
contract ReadingWallet is Wallet {
    address private _target;
    bytes private _call;
    bytes32 private _expected;

    function prepare(address target, bytes calldata call_, bytes calldata expected) external {
        (_target, _call, _expected) = (target, call_, keccak256(expected));
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        (, bytes memory answer) = _target.staticcall(_call);
        return keccak256(answer) == _expected ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice Notes every call and every wei it gets.
contract Listener {
    uint256 public calls;

    fallback() external payable {
        ++calls;
    }

    receive() external payable {
        ++calls;
    }
}
