#include "common/base/whole_file.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <system_error>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace flowyard {
namespace {

std::errc failure_of(const std::function<void()>& work, std::string& said) {
  try {
    work();
  } catch (const std::system_error& error) {
    said = error.what();
    return static_cast<std::errc>(error.code().value());
  }
  return {};
}

TEST(WholeFile, ReadsWhatWasWritten) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "f";
  std::string large(300'000, 'x');
  large[1] = '\0';
  for (const std::string& content : {std::string(), std::string("a\nb"), large}) {
    write_file(path, content);
    EXPECT_EQ(read_file(path), content);
  }
}

TEST(WholeFile, ReadsWhatTheKernelTells) {
  EXPECT_NE(read_file("/proc/self/stat").find("common_base"), std::string::npos);
}

TEST(WholeFile, TellsWhichFileCannotBeReadAndWhy) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "missing";
  std::string said;
  EXPECT_EQ(failure_of([&] { read_file(path); }, said), std::errc::no_such_file_or_directory);
  EXPECT_EQ(said, "cannot read " + path + ": No such file or directory");
  EXPECT_EQ(read_file_if_there(path), std::nullopt);
  EXPECT_EQ(failure_of([&] { read_file_if_there(folder.path()); }, said), std::errc::is_a_directory);
}

TEST(WholeFile, ReadsNoMoreThanIsAllowed) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "f";
  write_file(path, "12345");
  EXPECT_EQ(read_file(path, 5), "12345");
  std::string said;
  EXPECT_EQ(failure_of([&] { read_file(path, 4); }, said), std::errc::file_too_large);
  EXPECT_EQ(failure_of([] { read_file("/dev/zero", 100'000); }, said), std::errc::file_too_large);
}

TEST(WholeFile, WritesWithTheModeAskedForWhateverTheUmask) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "f";
  const auto before = ::umask(0077);
  write_file(path, "old");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  write_file(path, "new", 0644);
  ::umask(before);
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0644u);
  EXPECT_EQ(read_file(path), "new");
}

TEST(WholeFile, LeavesNothingBehindWhenItCannotWrite) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "f";
  std::filesystem::create_directory(path);
  std::string said;
  EXPECT_EQ(failure_of([&] { write_file(path, "x"); }, said), std::errc::is_a_directory);
  EXPECT_EQ(said, "cannot write " + path + ": Is a directory");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WholeFile, WritesThroughNoLink) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "f";
  const std::string precious = folder / "precious";
  write_file(precious, "kept");
  std::filesystem::create_symlink(precious, path + ".new");
  write_file(path, "x");
  EXPECT_EQ(read_file(precious), "kept");
  EXPECT_EQ(read_file(path), "x");
}

}  // namespace
}  // namespace flowyard
