@echo off
rem Runs Maven: the one on the PATH where it is 3.8.7 or newer, else the pinned one of .mvn\wrapper\maven-wrapper.properties.
setlocal
set "HERE=%~dp0"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"

set "VERSION="
for /f "tokens=3" %%v in ('""%JAVA%" -version 2^>^&1" ^| findstr /i "version"') do if not defined VERSION set "VERSION=%%~v"
if not defined VERSION (
  echo mvnw: no Java found. Install a JDK 17 or newer, or set JAVA_HOME to one. 1>&2
  exit /b 1
)
for /f "delims=.-+" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% LSS 17 (
  echo mvnw: Bear needs a JDK 17 or newer but "%JAVA%" is %VERSION%. Install one, or set JAVA_HOME to one. 1>&2
  exit /b 1
)

set "MVN="
for /f "tokens=3-5 delims=. " %%a in ('mvn -v 2^>nul ^| findstr /b /c:"Apache Maven"') do call :newEnough %%a %%b %%c
if not defined MVN for /f "usebackq delims=" %%p in (`""%JAVA%" "%HERE%.mvn\wrapper\FetchMaven.java" "%HERE%.mvn\wrapper\maven-wrapper.properties""`) do set "MVN=%%p"
if not defined MVN exit /b 1

call "%MVN%" -f "%HERE%pom.xml" %*
exit /b %ERRORLEVEL%

:newEnough
if %1 GTR 3 set "MVN=mvn"
if %1 EQU 3 if %2 GTR 8 set "MVN=mvn"
if %1 EQU 3 if %2 EQU 8 if %3 GEQ 7 set "MVN=mvn"
exit /b 0
