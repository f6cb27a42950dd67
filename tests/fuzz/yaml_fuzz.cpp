// The YAML reader against any bytes.
#include "controller/model/yaml/read.hpp"
#include "tests/fuzz/reader_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return flowyard::fuzz::read_any(data, size, "fuzz.yaml", [](std::string_view bytes, const char* name) {
    return flowyard::controller::model::yaml::read(bytes, name);
  });
}
