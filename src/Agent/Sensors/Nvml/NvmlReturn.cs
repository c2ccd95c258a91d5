namespace Agent.Sensors.Nvml;

/// <summary>NVML's return codes, as nvml.h numbers them; only those told apart.</summary>
internal enum NvmlReturn
{
    Success = 0,
    Uninitialized = 1,
    InvalidArgument = 2,
    NotSupported = 3,
    NoPermission = 4,
    NotFound = 6,
    InsufficientSize = 7,
    DriverNotLoaded = 9,
    Timeout = 10,
    LibraryNotFound = 12,
    FunctionNotFound = 13,
    GpuIsLost = 15,
    ResetRequired = 16,
    OperatingSystem = 17,
    LibRmVersionMismatch = 18,
    InUse = 19,
    NoData = 21,
    ArgumentVersionMismatch = 25,
    NotReady = 27,
    GpuNotFound = 28,
    Unknown = 999,
}
