"""What Vulkan's loader says of the drivers behind its devices: names and versions, without a tool that may be missing.

It is asked in this process, since ggml has put the same questions here before it lists a Vulkan device
(ggml-vulkan.cpp:5275-5300, vkCreateInstance, vkEnumeratePhysicalDevices and vkGetPhysicalDeviceProperties2 with
VkPhysicalDeviceDriverProperties, of every device): a driver that does not survive them has ended the process already.
So it is asked of a device that ggml has listed, and of no other.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["VulkanDriver", "vulkan_drivers"]

_LIBRARIES = {"win32": ("vulkan-1.dll",), "darwin": ("libvulkan.1.dylib", "libMoltenVK.dylib")}
_ON_LINUX = ("libvulkan.so.1",)

# VkStructureType in vulkan_core.h.
_APPLICATION_INFO, _INSTANCE_CREATE_INFO = 0, 1
_PROPERTIES_2, _DRIVER_PROPERTIES = 1000059001, 1000196000
_API_VERSION = 1 << 22 | 2 << 12
"""1.2, which has VkPhysicalDeviceDriverProperties; ggml demands it, too."""
MAX_DEVICES = 64


@dataclass(frozen=True, slots=True)
class VulkanDriver:
    """The driver of one physical device."""

    device: str
    """VkPhysicalDeviceProperties.deviceName, which is ggml's description of its device."""
    name: str
    """Such as "radv", "llvmpipe" or "NVIDIA"."""
    info: str
    """Its version in its own words, such as "Mesa 25.2.3" or "550.54.14"."""
    version: int
    """The same as a number that each vendor puts together in its own way."""
    conformance: str
    """The version of the conformance tests that it passed, such as "1.4.0.0"; "0.0.0.0" where it passed none."""

    @property
    def words(self) -> str:
        """In one line, as verdicts are stored with it."""
        has_version = any(letter.isdigit() for letter in self.info)
        parts = [self.name, self.info, "" if has_version else f"version {self.version:#x}"]
        return f"{' '.join(filter(None, parts))}, conformance {self.conformance}"


class _ApplicationInfo(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("application", ctypes.c_char_p),
        ("application_version", ctypes.c_uint32),
        ("engine", ctypes.c_char_p),
        ("engine_version", ctypes.c_uint32),
        ("api_version", ctypes.c_uint32),
    )


class _InstanceCreateInfo(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("application", ctypes.POINTER(_ApplicationInfo)),
        ("n_layers", ctypes.c_uint32),
        ("layers", ctypes.c_void_p),
        ("n_extensions", ctypes.c_uint32),
        ("extensions", ctypes.c_void_p),
    )


class _DriverProperties(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("id", ctypes.c_int),
        ("name", ctypes.c_char * 256),
        ("info", ctypes.c_char * 256),
        ("conformance", ctypes.c_uint8 * 4),
    )


class _Properties2(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("api_version", ctypes.c_uint32),
        ("driver_version", ctypes.c_uint32),
        ("vendor", ctypes.c_uint32),
        ("device", ctypes.c_uint32),
        ("device_type", ctypes.c_int),
        ("device_name", ctypes.c_char * 256),
        ("rest", ctypes.c_uint8 * 2048),  # the UUID of its pipeline cache, limits and sparse properties: 544 bytes
    )


@functools.cache
def vulkan_drivers() -> tuple[VulkanDriver, ...]:
    """The drivers of all physical devices, in Vulkan's order; none where there is no Vulkan. Never fails."""
    vulkan = _library()
    if vulkan is None:
        return ()
    try:
        return tuple(_drivers(vulkan))
    except AttributeError:  # a loader of Vulkan 1.0
        return ()


def _library() -> Any:  # noqa: ANN401 (a CDLL)
    for name in _LIBRARIES.get(sys.platform, _ON_LINUX):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _drivers(vulkan: Any) -> Iterator[VulkanDriver]:  # noqa: ANN401
    application = _ApplicationInfo(_APPLICATION_INFO, None, b"localalt", 0, None, 0, _API_VERSION)
    wanted = _InstanceCreateInfo(_INSTANCE_CREATE_INFO, None, 0, ctypes.pointer(application), 0, None, 0, None)
    instance = ctypes.c_void_p()
    ask, end = vulkan.vkGetPhysicalDeviceProperties2, vulkan.vkDestroyInstance
    ask.argtypes, ask.restype = [ctypes.c_void_p, ctypes.c_void_p], None
    end.argtypes, end.restype = [ctypes.c_void_p, ctypes.c_void_p], None
    if vulkan.vkCreateInstance(ctypes.byref(wanted), None, ctypes.byref(instance)) != 0:
        return
    try:
        count, handles = ctypes.c_uint32(MAX_DEVICES), (ctypes.c_void_p * MAX_DEVICES)()
        # VK_INCOMPLETE, 5: there are more.
        if vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), handles) not in (0, 5):
            return
        for handle in handles[: count.value]:
            driver = _DriverProperties(_DRIVER_PROPERTIES)
            found = _Properties2(_PROPERTIES_2, ctypes.addressof(driver))
            ask(handle, ctypes.byref(found))
            yield VulkanDriver(
                _text(found.device_name),
                _text(driver.name),
                _text(driver.info),
                found.driver_version,
                ".".join(map(str, driver.conformance)),
            )
    finally:
        end(instance, None)


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace").strip()
