/* Vulkan memory that runs out: loaded before the Vulkan loader, it refuses what would take more than LIMIT_BYTES.

   cc -shared -fPIC -o limit.so vulkan_limit.c; LD_PRELOAD=limit.so LIMIT_BYTES=9000000 LIMIT_LOG=FILE localalt ...

   Each allocation is a line of LIMIT_LOG: the bytes in use with it. A part of scripts/checks/vulkan_memory.py. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vulkan.h>

#define MOST 65536

static PFN_vkGetInstanceProcAddr of_instance;
static PFN_vkGetDeviceProcAddr of_device;
static PFN_vkAllocateMemory allocate;
static PFN_vkFreeMemory release;
static struct { VkDeviceMemory memory; VkDeviceSize bytes; } taken[MOST];
static VkDeviceSize in_use;

static void written(VkDeviceSize bytes) {
    const char *path = getenv("LIMIT_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log) {
        fprintf(log, "%llu\n", (unsigned long long) bytes);
        fclose(log);
    }
}

static VKAPI_ATTR VkResult VKAPI_CALL limited(
    VkDevice device, const VkMemoryAllocateInfo *info, const VkAllocationCallbacks *callbacks, VkDeviceMemory *memory
) {
    const char *limit = getenv("LIMIT_BYTES");
    VkDeviceSize wanted = in_use + info->allocationSize;
    if (limit && wanted > strtoull(limit, NULL, 10)) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
    VkResult result = allocate(device, info, callbacks, memory);
    for (int index = 0; result == VK_SUCCESS && index < MOST; index++) {
        if (taken[index].bytes) continue;
        taken[index].memory = *memory;
        taken[index].bytes = info->allocationSize;
        in_use = wanted;
        written(in_use);
        break;
    }
    return result;
}

static VKAPI_ATTR void VKAPI_CALL given_back(VkDevice device, VkDeviceMemory memory, const VkAllocationCallbacks *callbacks) {
    for (int index = 0; index < MOST; index++) {
        if (!taken[index].bytes || taken[index].memory != memory) continue;
        in_use -= taken[index].bytes;
        taken[index].bytes = 0;
        break;
    }
    release(device, memory, callbacks);
}

static PFN_vkVoidFunction changed(const char *name, PFN_vkVoidFunction own) {
    if (!strcmp(name, "vkAllocateMemory")) {
        allocate = (PFN_vkAllocateMemory) own;
        return (PFN_vkVoidFunction) limited;
    }
    if (!strcmp(name, "vkFreeMemory")) {
        release = (PFN_vkFreeMemory) own;
        return (PFN_vkVoidFunction) given_back;
    }
    return own;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_function(VkDevice device, const char *name) {
    return changed(name, of_device(device, name));
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vkGetInstanceProcAddr(VkInstance instance, const char *name) {
    if (!of_instance) of_instance = (PFN_vkGetInstanceProcAddr) dlsym(RTLD_NEXT, "vkGetInstanceProcAddr");
    if (!of_instance) {  /* the loader comes with the plugin, and not with the program */
        void *loader = dlopen("libvulkan.so.1", RTLD_NOW);
        of_instance = (PFN_vkGetInstanceProcAddr) dlsym(loader, "vkGetInstanceProcAddr");
    }
    PFN_vkVoidFunction own = of_instance(instance, name);
    if (strcmp(name, "vkGetDeviceProcAddr")) return changed(name, own);
    of_device = (PFN_vkGetDeviceProcAddr) own;
    return (PFN_vkVoidFunction) device_function;
}
