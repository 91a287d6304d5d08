@echo off
rem Starts JShell with Bear on its class path. Arguments go to jshell.
setlocal
set "HERE=%~dp0"
set "JAR=%HERE%..\..\toolkit\target\bear\bear-toolkit.jar"

set "JSHELL=jshell"
if defined JAVA_HOME set "JSHELL=%JAVA_HOME%\bin\jshell"
where /q "%JSHELL%" 2>nul || if not exist "%JSHELL%.exe" (
  echo bear-jshell: no %JSHELL% found. Install a JDK 17 or newer, or set JAVA_HOME to one. 1>&2
  exit /b 1
)
if not exist "%JAR%" (
  echo bear-jshell: the toolkit is not built yet. Run mvnw -DskipTests package in the project's folder. 1>&2
  exit /b 1
)

rem JShell runs the session in a JVM of its own, which -R options reach.
"%JSHELL%" --class-path "%JAR%" --startup DEFAULT --startup "%HERE%bear.jsh" ^
  -R--enable-native-access=ALL-UNNAMED -R-Djava.awt.headless=true -R-Dbear.terminal=true %*
exit /b %ERRORLEVEL%
