// Whole files at once. Blocks; any thread. Failures are thrown as std::system_error, "cannot read PATH: ..."
// or "cannot write PATH: ...", with the cause as their code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace flowyard {

// The content of the file. One of more than `most` bytes is std::errc::file_too_large.
std::string read_file(const std::string& path, std::size_t most = SIZE_MAX);

// The same, or nothing where there is no such file.
std::optional<std::string> read_file_if_there(const std::string& path, std::size_t most = SIZE_MAX);

// Creates or replaces the file atomically: readers see the old content or the new one, never a part. `mode`
// is exact, whatever the umask. Leaves nothing behind when it fails.
void write_file(const std::string& path, std::string_view content, mode_t mode = 0600);

}  // namespace flowyard
