// The YAML reader against any bytes.
#include "tests/fuzz/reader_target.hpp"
#include "worker/model/yaml/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return flowyard::fuzz::read_any(data, size, "fuzz.yaml", [](std::string_view bytes, const char* name) {
    return flowyard::worker::model::yaml::read(bytes, name);
  });
}
