# The CUDA compiler and the vendor's libraries for the GPU backends; only read where GHEE_CUDA is on.
find_package(CUDAToolkit REQUIRED)
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
  set(CMAKE_CUDA_COMPILER ${CUDAToolkit_NVCC_EXECUTABLE})  # also where it is not in PATH
endif()
set(CMAKE_CUDA_ARCHITECTURES ${GHEE_CUDA_ARCHITECTURES})
if(GHEE_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${GHEE_CCACHE})
endif()
# CMake 3.25.1 does not know that nvcc has C++20 since 12.0.
set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
enable_language(CUDA)
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
message(STATUS "CUDA toolkit ${CUDAToolkit_VERSION}: GPU backends for ${GHEE_CUDA_ARCHITECTURES}")

# The modules, and the tests labelled cuda.
add_custom_target(gpu_tests)

# Whoever is without cuDNN or cuBLASLt is without backend cudnn, and without nothing else.
find_path(GHEE_CUDNN_INCLUDE cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
find_library(GHEE_CUDNN_LIBRARY cudnn HINTS ${CUDAToolkit_LIBRARY_DIR})
find_path(GHEE_CUBLASLT_INCLUDE cublasLt.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
if(GHEE_CUDNN_INCLUDE AND GHEE_CUDNN_LIBRARY AND GHEE_CUBLASLT_INCLUDE AND TARGET CUDA::cublasLt)
  add_library(CUDNN::cudnn UNKNOWN IMPORTED)
  set_target_properties(CUDNN::cudnn PROPERTIES
    IMPORTED_LOCATION ${GHEE_CUDNN_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${GHEE_CUDNN_INCLUDE})
  if(NOT GHEE_CUBLASLT_INCLUDE IN_LIST CUDAToolkit_INCLUDE_DIRS)
    # From elsewhere, behind the toolkit: whatever else lies there is of another version.
    target_compile_options(CUDNN::cudnn INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter ${GHEE_CUBLASLT_INCLUDE}>")
  endif()
else()
  message(STATUS "No cuDNN or no cuBLASLt found: backend cudnn is left out (install it, or name its place with -DCMAKE_PREFIX_PATH=FOLDER)")
endif()
