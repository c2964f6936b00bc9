// In front of the system's header of this name where that is older than VK_EXT_layer_settings, of which
// ggml-vulkan.cpp uses one structure, for its validation runs only. Debian 12's is (1.3.239).
#pragma once

#include_next <vulkan/vulkan.hpp>

#include <cstdint>
#include <vector>

#if !defined(VK_EXT_layer_settings)

namespace VULKAN_HPP_NAMESPACE {

// Numbers and layouts: the Vulkan specification, VkLayerSettingTypeEXT and the structures that use it.
enum class LayerSettingTypeEXT : std::int32_t { eBool32 = 0 };

struct LayerSettingEXT {
    const char * pLayerName;
    const char * pSettingName;
    LayerSettingTypeEXT type;
    std::uint32_t valueCount;
    const void * pValues;
};

struct LayerSettingsCreateInfoEXT {
    explicit LayerSettingsCreateInfoEXT(const std::vector<LayerSettingEXT> & settings)
        : settingCount(static_cast<std::uint32_t>(settings.size())), pSettings(settings.data()) {}

    std::int32_t sType = 1000496000;  // VK_STRUCTURE_TYPE_LAYER_SETTINGS_CREATE_INFO_EXT
    const void * pNext = nullptr;
    std::uint32_t settingCount;
    const LayerSettingEXT * pSettings;
};

}  // namespace VULKAN_HPP_NAMESPACE

#endif
