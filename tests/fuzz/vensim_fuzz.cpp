// The Vensim reader against any bytes.
#include "controller/model/vensim/reader.hpp"
#include "tests/fuzz/reader_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return flowyard::fuzz::read_any(data, size, "fuzz.mdl", [](std::string_view bytes, const char* name) {
    return flowyard::controller::model::vensim::read(bytes, name);
  });
}
